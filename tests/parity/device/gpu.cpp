#include "cohort/device.hpp"
#include "cohort/error.hpp"

#include "tests/parity/device_under_test.hpp"

namespace cohort::testing {

namespace {

struct Chosen {
  std::unique_ptr<Backend> backend;
  std::string why_not;
};

const Chosen& chosen() {
  static const Chosen result = [] {
    try {
      return Chosen{choose_backend(Device::gpu, 2, 0).backend, ""};
    } catch (const DeviceError& error) {
      return Chosen{nullptr, error.what()};
    }
  }();
  return result;
}

}  // namespace

Backend* device_under_test() {
  return chosen().backend.get();
}

const char* why_no_device() {
  return chosen().why_not.c_str();
}

void under_every_schedule(const std::function<void()>& body) {
  body();
}

}  // namespace cohort::testing
