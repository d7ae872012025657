#include "host/survey/elapsed.hpp"

#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "host/survey/chunks.hpp"
#include "host/survey/moments.hpp"

namespace cohort {
namespace {

double seconds_in(std::string_view unit) {
  if (unit == "seconds") return 1;
  if (unit == "minutes") return 60;
  if (unit == "hours") return 3600;
  return 86400;
}

}  // namespace

void to_elapsed(std::span<double> seconds, std::string_view unit, ThreadPool& pool) {
  const double length = seconds_in(unit);
  const double earliest = std::floor(range_of(seconds, pool).minimum / length);
  over_rows(pool, std::ssize(seconds), [&](std::int64_t, std::int64_t first, std::int64_t last) {
    for (std::int64_t row = first; row < last; ++row) {
      double& x = seconds[static_cast<std::size_t>(row)];
      x = std::floor(x / length) - earliest;
    }
  });
}

bool is_within_an_hour(std::span<const double> seconds) {
  const double hour = seconds_in("hours");
  const Range range = range_of(seconds);
  return std::floor(range.minimum / hour) == std::floor(range.maximum / hour);
}

std::string clock_text(double seconds) {
  using namespace std::chrono;
  const double whole = std::floor(seconds);
  const sys_seconds time{std::chrono::seconds(static_cast<std::int64_t>(whole))};
  const sys_days day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  std::string text =
      fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  const auto microseconds = static_cast<int>((seconds - whole) * 1e6);
  return microseconds == 0 ? text : fmt::format("{}.{:06}", text, microseconds);
}

}  // namespace cohort
