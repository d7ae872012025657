#pragma once
/// Arrays and launches for tests of the emulation itself.

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cuda/gpu.hpp"

namespace emulator_tests {

using cohort::cuda::LaunchShape;

inline constexpr bool kThreadSanitizer = EMU_THREAD_SANITIZER;

/// Memory of the device of exactly that size.
template <class T>
class Array {
 public:
  explicit Array(std::size_t size) : size_(size) {
    data_ = static_cast<T*>(emu::heap.take(size * sizeof(T)));
  }
  explicit Array(const std::vector<T>& values) : Array(values.size()) {
    std::copy(values.begin(), values.end(), data_);
  }
  ~Array() { emu::heap.give_back(data_); }
  Array(const Array&) = delete;
  Array& operator=(const Array&) = delete;

  [[nodiscard]] T* data() const { return data_; }
  [[nodiscard]] std::vector<T> values() const { return {data_, data_ + size_}; }

 private:
  T* data_;
  std::size_t size_;
};

/// \return x[i] = f(i)
template <class F>
auto made_by(std::size_t size, F f) {
  std::vector<decltype(f(std::size_t{}))> values(size);
  for (std::size_t i = 0; i < size; ++i) values[i] = f(i);
  return values;
}

/// Launches and waits.
template <class... P, class... A>
void run(const LaunchShape& shape, void (*kernel)(P...), A... arguments) {
  emu::Stream stream;
  cohort::cuda::launch(&stream, shape, kernel, arguments...);
  stream.run_all();
}

/// What the emulation says of that run; empty where it finds nothing.
template <class... P, class... A>
std::string complaint(const LaunchShape& shape, void (*kernel)(P...), A... arguments) {
  try {
    run(shape, kernel, arguments...);
  } catch (const emu::Error& error) {
    return error.what();
  }
  return "";
}

/// "planted_bugs.cuh:20", where the file marks it.
inline std::string marked(const std::string& name) {
  std::ifstream file(PLANTED_BUGS);
  std::string line;
  for (int number = 1; std::getline(file, line); ++number)
    if (line.ends_with("<- " + name)) return "planted_bugs.cuh:" + std::to_string(number);
  ADD_FAILURE() << "nothing is marked " << name;
  return "";
}

/// A sanitizer's report: the kernel is named, and its marked line where g++'s symbolizer finds it.
inline std::string blamed(const std::string& what, const std::string& kernel) {
  return what + ".*(" + marked(kernel) + "|planted::" + kernel + "<false>)";
}

/// Runs a kernel in a process that is expected to die of it.
template <class... P, class... A>
void run_and_exit(const LaunchShape& shape, void (*kernel)(P...), A... arguments) {
  run(shape, kernel, arguments...);
  std::exit(0);
}

/// The options as they are, again when a test ends.
class Emulation : public ::testing::Test {
 protected:
  ~Emulation() override {
    emu::options = {};
    emu::device = {};
  }
};

}  // namespace emulator_tests
