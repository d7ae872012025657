#include "host/survey/sentinels.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <vector>

#include <fmt/format.h>

namespace cohort {

namespace {

constexpr std::array<double, 18> kCodes = {-999, -998, -997, -99, -98, -97, -9,   -8,   -1,
                                           97,   98,   99,   997, 998, 999, 9997, 9998, 9999};

struct Spread {
  double least = std::numeric_limits<double>::infinity();
  double most = -std::numeric_limits<double>::infinity();
  std::int64_t count = 0;
};

bool is_outside(double code, const Spread& rest) {
  if (code < 0) return rest.least >= 0;
  return code - rest.most > std::max(5.0, rest.most - rest.least);
}

}  // namespace

std::optional<std::string> suspected_codes(const std::string& name,
                                           std::span<const double> values) {
  constexpr double kWidest = 100;
  Spread rest;
  std::array<std::int64_t, kCodes.size()> counts{};
  for (const double value : values) {
    if (value != value) continue;
    if (value != std::floor(value) || std::abs(value) > kCodes.back()) return std::nullopt;
    const auto code = std::lower_bound(kCodes.begin(), kCodes.end(), value);
    if (code != kCodes.end() && *code == value) {
      ++counts[static_cast<std::size_t>(std::distance(kCodes.begin(), code))];
    } else {
      rest = {std::min(rest.least, value), std::max(rest.most, value), rest.count + 1};
    }
  }
  if (rest.count == 0 || rest.most - rest.least > kWidest) return std::nullopt;
  std::vector<std::string> found;
  std::vector<std::string> declared;
  std::int64_t suspected = 0;
  for (std::size_t i = 0; i < kCodes.size(); ++i) {
    if (counts[i] == 0 || !is_outside(kCodes[i], rest)) continue;
    suspected += counts[i];
    found.push_back(fmt::format("{} time{} {}", counts[i], counts[i] == 1 ? "" : "s", kCodes[i]));
    declared.push_back(fmt::format("\"{}\"", kCodes[i]));
  }
  if (found.empty() || suspected >= rest.count) return std::nullopt;
  return fmt::format("{} holds {} to {} and {}, which look{} like {}; declare {}: na = [{}]", name,
                     rest.least, rest.most, fmt::join(found, " and "), found.size() == 1 ? "s" : "",
                     found.size() == 1 ? "a code" : "codes", found.size() == 1 ? "it" : "them",
                     fmt::join(declared, ", "));
}

}  // namespace cohort
