#pragma once
/// Twins of cuBLAS and cuSOLVER for the emulated device, as far as cuda/libraries.hpp asks for
/// them.

namespace cohort::testing {

/// The machine has neither, until a test's end.
class WithoutLibraries {
 public:
  WithoutLibraries();
  ~WithoutLibraries();
  WithoutLibraries(const WithoutLibraries&) = delete;
  WithoutLibraries& operator=(const WithoutLibraries&) = delete;
};

}  // namespace cohort::testing
