#include "host/report/html/markup.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "cohort/wording.hpp"

#include "host/report/svg/text.hpp"
#include "host/report/text.hpp"

namespace cohort::report {
namespace {

constexpr int kLongestName = 60;
constexpr int kLongestText = 400;
constexpr std::size_t kMostAnswers = 24;

bool is_yes_or_no(const Feature& feature) {
  return feature.kind == FeatureKind::boolean || feature.kind == FeatureKind::indicator;
}

const std::string* level_of(const Feature& feature, double value) {
  const auto levels = static_cast<double>(feature.levels.size());
  if (value < 1 || value > levels || value != std::floor(value)) return nullptr;
  return &feature.levels[static_cast<std::size_t>(value) - 1];
}

}  // namespace

std::string shown_name(std::string_view name) {
  return fmt::format("<bdi>{}</bdi>", escaped(truncated(printable(name), kLongestName)));
}

std::string shown_text(std::string_view text) {
  return escaped(truncated(printable(text), kLongestText));
}

std::string shown_percent(double share) {
  return escaped(percent(share));
}

std::string paragraph(std::string_view markup, std::string_view classes) {
  if (classes.empty()) return fmt::format("<p>{}</p>\n", markup);
  return fmt::format("<p class=\"{}\">{}</p>\n", classes, markup);
}

std::string figure(Drawing&& drawing, std::string_view caption) {
  constexpr double widest_beside_its_caption = 560;
  const char* classes =
      drawing.width() > widest_beside_its_caption ? " class=\"broad\" tabindex=\"0\"" : "";
  return fmt::format("<figure{}>{}<figcaption>{}</figcaption></figure>\n", classes,
                     std::move(drawing).take(), caption);
}

std::string folded(std::string_view summary, std::string_view body) {
  return fmt::format("<details><summary>{}</summary>{}</details>\n", escaped(summary), body);
}

std::string color_class(std::int64_t cluster) {
  constexpr std::int64_t colors = 8;
  return fmt::format("k{}", cluster % colors);
}

std::string center_in_words(const Feature& feature, const FeatureProfile& profile, double beside) {
  if (is_yes_or_no(feature)) return short_percent(profile.mean);
  if (feature.kind == FeatureKind::codes) {
    const std::string* level = level_of(feature, profile.mode);
    const std::string name = level == nullptr ? short_number(profile.mode, 3)
                             : level->empty() ? std::string("missing")
                                              : truncated(printable(*level), 24);
    return fmt::format("{} ({})", name, short_percent(profile.mode_share));
  }
  // Beside their difference, a mean this small is zero but for rounding.
  const bool negligible = std::abs(profile.mean) < 0.005 * std::abs(profile.mean - beside) ||
                          std::abs(profile.mean) < 5e-7;
  return with_minus(short_number(negligible ? 0 : profile.mean, 3));
}

std::string answer_in_words(const Feature& feature, double value) {
  if (is_yes_or_no(feature) && (value == 0 || value == 1)) return value == 0 ? "no" : "yes";
  const std::string* level = level_of(feature, value);
  if (level == nullptr) return with_minus(short_number(value, 4));
  return level->empty() ? "missing" : truncated(printable(*level), kLongestName);
}

std::vector<std::int64_t> by_power(const Profiles& profiles, std::size_t most) {
  std::vector<std::int64_t> order(profiles.power.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return profiles.power[static_cast<std::size_t>(a)] >
           profiles.power[static_cast<std::size_t>(b)];
  });
  order.resize(std::min(order.size(), most));
  return order;
}

std::vector<std::int64_t> cutting_features(const Profiles& profiles) {
  std::vector<std::int64_t> features = by_power(profiles, 3);
  while (features.size() > 1 && profiles.power[static_cast<std::size_t>(features.back())] < kCuts)
    features.pop_back();
  return features;
}

std::string count_in_words(std::int64_t n) {
  constexpr std::string_view words[] = {"no",   "one", "two",   "three", "four",
                                        "five", "six", "seven", "eight", "nine"};
  return n < std::ssize(words) ? std::string(words[n]) : thousands(n);
}

std::string capitalized(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  return text;
}

std::string names_in_words(const std::vector<std::string>& names, std::size_t most) {
  const std::size_t shown = names.size() <= most + 1 ? names.size() : most;
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += shown_name(names[i]);
  }
  if (shown < names.size())
    text += fmt::format(" and {} more", thousands(static_cast<std::int64_t>(names.size() - shown)));
  return text;
}

std::string respondent_answers(const FeatureMatrix& features, std::int64_t row) {
  std::string list = "<dl class=\"answers\">";
  const std::size_t shown = std::min(features.features.size(), kMostAnswers);
  for (std::size_t j = 0; j < shown; ++j) {
    const Feature& feature = features.features[j];
    const auto value = static_cast<double>(features.x(row, static_cast<std::int64_t>(j)));
    list += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", shown_name(feature.name),
                        escaped(answer_in_words(feature, value)));
  }
  list += "</dl>";
  if (shown < features.features.size())
    list += paragraph(
        fmt::format("and {}", counted(static_cast<std::int64_t>(features.features.size() - shown),
                                      "more feature")),
        "note");
  return list;
}

}  // namespace cohort::report
