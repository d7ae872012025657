#pragma once
/// Memory is estimated before it is taken, and refused with numbers.

#include <cstdint>
#include <string>

namespace cohort {

/// Bytes a new allocation may take now: the least of what the kernel calls available, the control
/// group's rest and the address-space limit.
[[nodiscard]] std::int64_t available_memory();

/// "13.4 GB", decimal units.
[[nodiscard]] std::string readable_bytes(double bytes);

/// Throws MemoryError "WHAT needs 28.8 GB of memory and 21.0 GB are available; WHAT_TO_DO" when it
/// is too much. \param bytes  an estimate; a double, so that an absurd size does not overflow
/// before it is refused
void require_memory(double bytes, const std::string& what, const std::string& what_to_do);

}  // namespace cohort
