#include "host/engine/profile_words.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace cohort {

namespace {

constexpr std::size_t kClauses = 4;
/// Shares of a cluster from which a value is what most have, and from which it stands for all.
constexpr double kMost = 0.5;
constexpr double kDominant = 0.8;

/// Three significant digits, or as many as it takes; no exponents for everyday numbers.
std::string number(double value, int digits = 3) {
  const double magnitude = std::abs(value);
  if (magnitude >= 1e6 || (magnitude > 0 && magnitude < 1e-4))
    return fmt::format("{:.{}g}", value, digits);
  const int before = magnitude >= 1 ? static_cast<int>(std::log10(magnitude)) + 1 : 1;
  return before >= digits ? fmt::format("{:.0f}", value)
                          : fmt::format("{:.{}g}", value + 0.0, digits);
}

std::string whole_percent(double share) {
  if (share > 0 && share < 0.01) return "under 1%";
  if (share > 0.99 && share < 1) return "over 99%";
  return fmt::format("{:.0f}%", 100 * share);
}

/// A value as a person knows it: the level's text where there are levels.
std::string value_text(const Feature& feature, double value) {
  const double levels = static_cast<double>(feature.levels.size());
  if (value < 1 || value > levels || value != std::floor(value)) return number(value);
  const std::string& level = feature.levels[static_cast<std::size_t>(value) - 1];
  return level.empty() ? "missing" : fmt::format("'{}'", level);
}

std::string yes_or_no_clause(const Feature& feature, const FeatureProfile& here,
                             const FeatureProfile& everyone) {
  if (here.mode_share == 1) return fmt::format("{} {}", here.mode > 0 ? "all" : "no", feature.name);
  return fmt::format("{} {} (everyone: {})", feature.name, whole_percent(here.mean),
                     whole_percent(everyone.mean));
}

/// A value that most have; empty where there is none worth telling.
std::string common_value_clause(const Feature& feature, const FeatureProfile& here,
                                const FeatureProfile& everyone) {
  const bool unusual = here.mode != everyone.mode;
  const bool coded = feature.kind == FeatureKind::codes;
  if (here.mode_share < (unusual || coded ? kMost : kDominant)) return "";
  std::string clause = fmt::format("{} {}{}", feature.name,
                                   here.mode_share < (coded ? 1 : kDominant) ? "mostly " : "",
                                   value_text(feature, here.mode));
  if (unusual && !coded) clause += " rather than " + value_text(feature, everyone.mode);
  return clause;
}

std::string average_clause(const Feature& feature, const FeatureProfile& here,
                           const FeatureProfile& everyone) {
  // Beside their difference, a mean this small is zero but for rounding.
  const double negligible = 0.005 * std::abs(here.mean - everyone.mean);
  const double mean = std::abs(here.mean) < negligible ? 0 : here.mean;
  const double usual = std::abs(everyone.mean) < negligible ? 0 : everyone.mean;
  int digits = 3;
  while (digits < 9 && number(mean, digits) == number(usual, digits)) ++digits;
  return fmt::format("{} {} rather than {} on average", feature.name, number(mean, digits),
                     number(usual, digits));
}

std::string clause_for(const Feature& feature, const FeatureProfile& here,
                       const FeatureProfile& everyone, bool few_valued) {
  if (feature.kind == FeatureKind::boolean || feature.kind == FeatureKind::indicator)
    return yes_or_no_clause(feature, here, everyone);
  // Codes have no meaningful average.
  if (feature.kind == FeatureKind::codes) return common_value_clause(feature, here, everyone);
  // Nobody answered a computed value: that two people share one says nothing.
  const bool answered = few_valued && feature.kind != FeatureKind::derived;
  const std::string common = answered ? common_value_clause(feature, here, everyone) : "";
  return common.empty() ? average_clause(feature, here, everyone) : common;
}

}  // namespace

std::string words_for(const ClusterProfile& cluster, const std::vector<FeatureProfile>& everyone,
                      const std::vector<Feature>& features, const std::vector<bool>& few_valued) {
  if (cluster.size == 0) return "nobody";
  std::string words;
  std::size_t clauses = 0;
  for (const std::int64_t telling : cluster.telling) {
    const auto j = static_cast<std::size_t>(telling);
    const std::string clause =
        clause_for(features[j], cluster.features[j], everyone[j], few_valued[j]);
    if (clause.empty()) continue;
    words += (clauses > 0 ? "; " : "") + clause;
    if (++clauses == kClauses) break;
  }
  return clauses == 0 ? "like everyone" : words;
}

}  // namespace cohort
