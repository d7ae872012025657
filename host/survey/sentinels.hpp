#pragma once
/// Numbers that look like codes for "no answer".

#include <optional>
#include <span>
#include <string>

namespace cohort {

/// A sentence for the person, where whole numbers within a small range come with some of 97, 98,
/// 99, 997, ..., -1, -9, -99, ... far outside of it. Nothing is converted.
[[nodiscard]] std::optional<std::string> suspected_codes(const std::string& name,
                                                         std::span<const double> values);

}  // namespace cohort
