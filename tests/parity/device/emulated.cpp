#include <cuda_runtime_emulator.hpp>

#include "cuda/backend.hpp"
#include "tests/parity/device_under_test.hpp"

namespace cohort::testing {

namespace {

struct Schedule {
  const char* name;
  emu::Order order;
  std::uint64_t seed;
  unsigned jitter;                ///< one atomic operation in so many lets others go first
  int blocks_per_multiprocessor;  ///< the size of the grids
};
constexpr Schedule kSchedules[] = {
    {"in order", emu::Order::forward, 1, 0, 2},
    {"in reverse", emu::Order::reverse, 1, 0, 1},
    {"in random order, seed 1", emu::Order::random, 1, 3, 3},
    {"in random order, seed 2", emu::Order::random, 2, 2, 5},
};

/// The emulation as it was is put back at the end, however that comes about.
class Emulation {
 public:
  ~Emulation() {
    emu::options = options_;
    emu::device = device_;
  }

  static void follow(const Schedule& schedule) {
    emu::options.order = schedule.order;
    emu::options.seed = schedule.seed;
    emu::options.jitter = schedule.jitter;
    emu::device.blocks_per_multiprocessor = schedule.blocks_per_multiprocessor;
  }

 private:
  emu::Options options_ = emu::options;
  emu::EmulatedDevice device_ = emu::device;
};

}  // namespace

Backend* device_under_test() {
  static const std::unique_ptr<Backend> backend = [] {
    // Two blocks race as six do, and the thread sanitizer's time grows with the square of the
    // threads that are there at once.
    if (EMU_THREAD_SANITIZER) emu::device.multiprocessors = 1;
    return cuda::make_backend(make_cpu_backend(2), 0);
  }();
  return backend.get();
}

const char* why_no_device() {
  return "";
}

void under_every_schedule(const std::function<void()>& body) {
  const Emulation as_it_was;
  for (const Schedule& schedule : kSchedules) {
    const ::testing::ScopedTrace trace(__FILE__, __LINE__,
                                       std::string("threads take turns ") + schedule.name);
    Emulation::follow(schedule);
    body();
  }
}

}  // namespace cohort::testing
