#include "host/survey/elapsed.hpp"

#include <chrono>
#include <cmath>

#include <fmt/format.h>

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

std::vector<double> elapsed(std::span<const double> seconds, std::string_view unit) {
  const double length = seconds_in(unit);
  std::vector<double> units(seconds.begin(), seconds.end());
  for (double& x : units) x = std::floor(x / length);
  const double earliest = range_of(units).minimum;
  for (double& x : units) x -= earliest;
  return units;
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
