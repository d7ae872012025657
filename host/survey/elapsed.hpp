#pragma once
/// Datetimes as numbers and as text.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cohort {

/// Whole units of the clock since the earliest row's unit: floor(t / unit) - min floor(t / unit).
/// \param unit  "seconds", "minutes", "hours" or "days"
[[nodiscard]] std::vector<double> elapsed(std::span<const double> seconds, std::string_view unit);

/// "2018-10-29 16:05:09"; a fraction of a second where there is one.
[[nodiscard]] std::string clock_text(double seconds);

}  // namespace cohort
