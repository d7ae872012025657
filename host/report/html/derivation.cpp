#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cohort/wording.hpp"

#include "host/report/html/context.hpp"
#include "host/report/html/markup.hpp"
#include "host/report/svg/scale.hpp"
#include "host/report/svg/text.hpp"

namespace cohort::report {
namespace {

constexpr std::size_t kMostDerivations = 6;
constexpr int kCurveSteps = 120;
constexpr double kCurveWidth = 520, kCurveLeft = 52, kCurveRight = 508;
constexpr double kCurveTop = 34, kCurveBottom = 178, kCountsTop = 196, kCountsBottom = 236;

double derived_value(const Derivation& derivation, double x) {
  double y = x;
  if (derivation.gaussian_std) {
    const double z = x / *derivation.gaussian_std;
    y = std::exp(-z * z / 2) / (*derivation.gaussian_std * std::sqrt(2 * std::numbers::pi));
  }
  return derivation.standardize ? (y - derivation.mean) / derivation.deviation : y;
}

std::string formula_of(const Derivation& derivation) {
  std::string text;
  if (derivation.gaussian_std)
    text =
        fmt::format("a Gaussian of standard deviation {}", short_number(*derivation.gaussian_std));
  if (derivation.standardize)
    text += fmt::format("{}standardized (mean {}, standard deviation {})", text.empty() ? "" : ", ",
                        short_number(derivation.mean), short_number(derivation.deviation));
  return text;
}

void draw_curve(Drawing& picture, const Derivation& derivation, const Scale& x) {
  std::vector<double> values;
  for (int i = 0; i <= kCurveSteps; ++i)
    values.push_back(derived_value(
        derivation, derivation.least + (derivation.greatest - derivation.least) * i / kCurveSteps));
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const Scale y(*low, *high, kCurveBottom, kCurveTop);
  const std::vector<double> ticks = round_ticks(*low, *high, 4);
  for (std::size_t t = 0; t < ticks.size(); ++t) {
    picture.line(kCurveLeft, y(ticks[t]), kCurveRight, y(ticks[t]), "grid");
    picture.text(kCurveLeft - 8, y(ticks[t]) + 4, tick_labels(ticks)[t], "quiet", Anchor::end);
  }
  PathData curve;
  for (int i = 0; i <= kCurveSteps; ++i) {
    const double place = kCurveLeft + (kCurveRight - kCurveLeft) * i / kCurveSteps;
    if (i == 0)
      curve.move_to(place, y(values.front()));
    else
      curve.line_to(place, y(values[static_cast<std::size_t>(i)]));
  }
  picture.path(curve, "curve");
  const std::vector<double> places = round_ticks(x.low(), x.high(), 6);
  for (std::size_t t = 0; t < places.size(); ++t)
    picture.text(x(places[t]), kCountsBottom + 18, tick_labels(places)[t], "quiet", Anchor::middle);
}

Drawing derivation_picture(const Derivation& derivation, std::size_t number) {
  const std::string from = fitted(derivation.from, 200, 13);
  const std::string name = fitted(derivation.name, 200, 13);
  Drawing picture(
      fmt::format("derivation-{}", number), kCurveWidth, kCountsBottom + 44,
      fmt::format("From {} to {}", from, name),
      fmt::format("{} as a function of {}, from {} to {}, over the counts of rows.", name, from,
                  short_number(derivation.least), short_number(derivation.greatest)));
  const Scale x(derivation.least, derivation.greatest, kCurveLeft, kCurveRight);
  picture.text(0, 12, fitted(derivation.name, kCurveWidth, 13), "quiet");
  draw_curve(picture, derivation, x);
  const auto bins = static_cast<double>(derivation.counts.size());
  const auto most =
      static_cast<double>(*std::max_element(derivation.counts.begin(), derivation.counts.end()));
  const double width = (kCurveRight - kCurveLeft) / bins;
  for (std::size_t b = 0; b < derivation.counts.size(); ++b) {
    if (derivation.counts[b] == 0) continue;
    const double height = std::max(
        1.0, static_cast<double>(derivation.counts[b]) / most * (kCountsBottom - kCountsTop));
    picture.begin(counted(derivation.counts[b], "row"));
    picture.rect(kCurveLeft + width * static_cast<double>(b) + 0.5, kCountsBottom - height,
                 std::max(width - 1, 0.5), height, "spare");
    picture.end();
  }
  picture.line(kCurveLeft, kCountsBottom, kCurveRight, kCountsBottom, "axis");
  const std::string unit =
      derivation.unit.empty() ? "" : fmt::format(", {} since the earliest", derivation.unit);
  picture.text((kCurveLeft + kCurveRight) / 2, kCountsBottom + 38, from + unit, "quiet",
               Anchor::middle);
  return picture;
}

}  // namespace

Section derivation_section(const Context& context) {
  Section section{"derived", "What was computed", ""};
  const auto& derivations = context.analysis.features.derivations;
  if (derivations.empty()) return section;
  section.body = paragraph(
      "Features that the recipe computes from others: the curve that was applied, and below it how "
      "many rows lie where.",
      "lead");
  const std::size_t shown = std::min(derivations.size(), kMostDerivations);
  for (std::size_t i = 0; i < shown; ++i) {
    const Derivation& derivation = derivations[i];
    if (derivation.counts.empty()) continue;
    section.body += figure(derivation_picture(derivation, i + 1),
                           fmt::format("{} from {}: {}.", shown_name(derivation.name),
                                       shown_name(derivation.from), formula_of(derivation)));
  }
  if (shown < derivations.size())
    section.body += paragraph(fmt::format("and {} more", derivations.size() - shown), "note");
  return section;
}

}  // namespace cohort::report
