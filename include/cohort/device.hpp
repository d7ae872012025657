#pragma once
/// Which machine an analysis runs on.

#include <memory>
#include <string>

#include "cohort/backend.hpp"

namespace cohort {

enum class Device { automatic, cpu, gpu };

struct ChosenBackend {
  std::unique_ptr<Backend> backend;
  std::string why;  ///< a clause for the log: "no NVIDIA driver on this machine"
};

/// \param threads  of the CPU; 0 = all processors
/// \throws DeviceError when a GPU is asked for and cannot be used, saying in one line what is
/// missing
[[nodiscard]] ChosenBackend choose_backend(Device device, int threads);

}  // namespace cohort
