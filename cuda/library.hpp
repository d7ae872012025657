#pragma once
/// A library of NVIDIA's that is opened while the program runs.

#include <string>

#include <dlfcn.h>

#include "cohort/error.hpp"

namespace cohort::cuda {

/// It stays open: what is in it may outlive everything of ours.
class Library {
 public:
  /// \param file  with the version that this is built for: "libcublas.so.13"
  explicit Library(const std::string& file) : file_(file) {
    // Where the loader looks, or else where NVIDIA's installer puts it.
    for (const std::string& path : {file, "/usr/local/cuda/lib64/" + file})
      if (handle_ == nullptr) handle_ = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  }
  [[nodiscard]] bool is_there() const { return handle_ != nullptr; }

  template <class Function>
  [[nodiscard]] Function* function(const char* name) const {
    void* const found = dlsym(handle_, name);
    if (found == nullptr)
      throw DeviceError(file_ + " has no " + name + ": it is not of the version this needs");
    return reinterpret_cast<Function*>(found);
  }

 private:
  std::string file_;
  void* handle_ = nullptr;
};

}  // namespace cohort::cuda

/// A function of a library with the type that its header says.
#define COHORT_FUNCTION(library, name) (library).function<decltype(name)>(#name)
