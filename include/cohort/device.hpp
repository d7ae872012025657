#pragma once
/// Which machine an analysis runs on.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "cohort/backend.hpp"

namespace cohort {

enum class Device { automatic, cpu, gpu };

/// The first NVIDIA device (CUDA_VISIBLE_DEVICES chooses which that is).
struct Gpu {
  std::string name;
  int capability_major = 0, capability_minor = 0;
  int multiprocessors = 0;
  std::int64_t memory = 0;  ///< bytes
  std::string driver;       ///< the CUDA version it speaks: "13.0"
  std::string runtime;      ///< the CUDA version this build brings
};

/// A device that can be computed on, or one clause that says what is missing.
struct GpuSearch {
  std::optional<Gpu> gpu;
  std::string why_not;  ///< "no NVIDIA driver on this machine (libcuda.so.1 is not there)"
};

/// Looks once in a process. Costs 0.1 ms where there is no driver.
[[nodiscard]] GpuSearch find_gpu();

/// \throws DeviceError "--device gpu: WHY; use --device cpu or auto" when there is none
void require_gpu();

/// Bytes a second that a large copy within memory reads and writes, both counted: the ceiling that
/// speeds are held against. A second's measurement.
/// \throws DeviceError when there is no usable device
[[nodiscard]] double gpu_copy_bandwidth();
[[nodiscard]] double host_copy_bandwidth(ThreadPool& pool);

/// Multiplications with their additions a second, float32, all threads, from registers: the ceiling
/// of arithmetic. A fifth of a second's measurement.
[[nodiscard]] double host_multiply_add_rate(ThreadPool& pool);

/// The machine around the CPU backend.
struct HostMachine {
  std::string processor;    ///< "Intel(R) Xeon(R) ..."
  std::int64_t memory = 0;  ///< bytes, of the whole machine
};
[[nodiscard]] HostMachine host_machine();

/// The most memory that this process has had resident so far, in bytes.
[[nodiscard]] std::int64_t peak_memory();

struct ChosenBackend {
  std::unique_ptr<Backend> backend;
  std::string why;  ///< a clause for the log: "no NVIDIA driver on this machine"
};

/// \param threads     of the CPU; 0 = all processors
/// \param operations  of the arithmetic to come (estimated_operations()): `automatic` takes the GPU
/// where the CPU would be busy for longer than a GPU takes to start. Results never depend on it.
/// \throws DeviceError when a GPU is asked for and cannot be used, saying in one line what is
/// missing
[[nodiscard]] ChosenBackend choose_backend(Device device, int threads, double operations);

}  // namespace cohort
