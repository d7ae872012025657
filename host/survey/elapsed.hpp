#pragma once
/// Datetimes as numbers and as text.

#include <span>
#include <string>
#include <string_view>

#include "cohort/parallel.hpp"

namespace cohort {

/// Makes of seconds whole units of the clock since the earliest row's unit: floor(t / unit) -
/// min floor(t / unit). \param unit  "seconds", "minutes", "hours" or "days"
void to_elapsed(std::span<double> seconds, std::string_view unit, ThreadPool& pool);

/// Whether all lie in one hour of the clock.
[[nodiscard]] bool is_within_an_hour(std::span<const double> seconds);

/// "2018-10-29 16:05:09"; a fraction of a second where there is one.
[[nodiscard]] std::string clock_text(double seconds);

}  // namespace cohort
