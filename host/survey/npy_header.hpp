#pragma once
/// What stands before the elements of a .npy file.

#include <cstdint>
#include <string>

namespace cohort {

/// Version 1, '<f4', C order.
[[nodiscard]] std::string npy_header(std::int64_t rows, std::int64_t cols);

}  // namespace cohort
