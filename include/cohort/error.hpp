#pragma once
/// What can go wrong, and the exit code the command line gives each.

#include <stdexcept>
#include <string>

namespace cohort {

enum class ExitCode : int {
  ok = 0,
  unexpected = 1,
  usage = 2,
  data = 3,
  device = 4,
  memory = 5,
  not_converged = 6,
  interrupted = 130
};

/// One clear line: what, where, what was expected, what to do.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  [[nodiscard]] ExitCode code() const noexcept { return code_; }

 private:
  ExitCode code_;
};

/// The call is wrong: a flag, a parameter, a recipe.
class UsageError : public Error {
 public:
  explicit UsageError(const std::string& message) : Error(ExitCode::usage, message) {}
};

/// The data are wrong, or do not allow what was asked of them.
class DataError : public Error {
 public:
  explicit DataError(const std::string& message) : Error(ExitCode::data, message) {}
};

/// No such device, or the device failed.
class DeviceError : public Error {
 public:
  explicit DeviceError(const std::string& message) : Error(ExitCode::device, message) {}
};

/// More memory than there is; the message holds both numbers.
class MemoryError : public Error {
 public:
  explicit MemoryError(const std::string& message) : Error(ExitCode::memory, message) {}
};

}  // namespace cohort
