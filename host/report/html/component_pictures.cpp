#include "host/report/html/component_pictures.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include <fmt/format.h>

#include "cohort/wording.hpp"

#include "host/report/html/markup.hpp"
#include "host/report/svg/scale.hpp"
#include "host/report/svg/text.hpp"

namespace cohort::report {
namespace {

constexpr std::size_t kMostArrows = 12;
constexpr std::int64_t kMostBars = 16;
constexpr std::int64_t kTableComponents = 6;
constexpr std::int64_t kTableFeatures = 60;
constexpr double kCircleWidth = 340, kCircleHeight = 216, kRadius = 80;

struct Arrow {
  std::string name;
  double x = 0, y = 0;  ///< loadings
  double label_y = 0;   ///< in the picture
};

std::vector<Arrow> longest_arrows(const PcaResult& pca, const std::vector<Feature>& features) {
  std::vector<Arrow> arrows;
  for (std::size_t j = 0; j < features.size(); ++j) {
    const auto column = static_cast<std::int64_t>(j);
    arrows.push_back({features[j].name, pca.components(0, column), pca.components(1, column), 0});
  }
  std::stable_sort(arrows.begin(), arrows.end(), [](const Arrow& a, const Arrow& b) {
    return std::hypot(a.x, a.y) > std::hypot(b.x, b.y);
  });
  arrows.resize(std::min(arrows.size(), kMostArrows));
  return arrows;
}

/// One side's labels, top down, a line's height apart at least and within the picture.
void stack_labels(std::vector<Arrow*>& side) {
  constexpr double line = 17, top = 16, bottom = kCircleHeight - 8;
  std::sort(side.begin(), side.end(),
            [](const Arrow* a, const Arrow* b) { return a->label_y < b->label_y; });
  double least = top;
  for (Arrow* arrow : side) {
    arrow->label_y = std::max(arrow->label_y, least);
    least = arrow->label_y + line;
  }
  double most = bottom;
  for (auto arrow = side.rbegin(); arrow != side.rend(); ++arrow) {
    (*arrow)->label_y = std::min((*arrow)->label_y, most);
    most = (*arrow)->label_y - line;
  }
}

/// From the middle to a tip with two barbs.
PathData arrow_path(double x0, double y0, double x1, double y1) {
  const double direction = std::atan2(y1 - y0, x1 - x0);
  PathData path;
  path.move_to(x0, y0).line_to(x1, y1);
  for (const double turn : {-1.0, 1.0}) {
    const double barb = direction + std::numbers::pi + turn * 0.45;
    path.move_to(x1, y1).line_to(x1 + 6 * std::cos(barb), y1 + 6 * std::sin(barb));
  }
  return path;
}

}  // namespace

Drawing loadings_circle(const PcaResult& pca, const std::vector<Feature>& features) {
  constexpr double x0 = kCircleWidth / 2, y0 = kCircleHeight / 2;
  std::vector<Arrow> arrows = longest_arrows(pca, features);
  std::string description = "Loadings on components 1 and 2:";
  for (const Arrow& arrow : arrows)
    description += fmt::format(" {} {} and {};", fitted(arrow.name, 200, 13),
                               signed_number(arrow.x), signed_number(arrow.y));
  description.back() = '.';
  Drawing picture("loadings", kCircleWidth, kCircleHeight, "Loadings", description);
  picture.circle(x0, y0, kRadius, "outline");
  picture.line(x0 - kRadius, y0, x0 + kRadius, y0, "grid");
  picture.line(x0, y0 - kRadius, x0, y0 + kRadius, "grid");
  std::vector<Arrow*> left, right;
  for (Arrow& arrow : arrows) {
    arrow.label_y = y0 - arrow.y * kRadius + 4;
    (arrow.x < 0 ? left : right).push_back(&arrow);
  }
  for (auto* side : {&left, &right}) {
    stack_labels(*side);
    const double sign = side == &left ? -1 : 1;
    const double label_x = x0 + sign * (kRadius + 10);
    const double room = kCircleWidth / 2 - kRadius - 12;
    for (const Arrow* arrow : *side) {
      const double tip_x = x0 + arrow->x * kRadius;
      const double tip_y = y0 - arrow->y * kRadius;
      picture.line(tip_x, tip_y, label_x - sign * 4, arrow->label_y - 4, "leader");
      picture.path(arrow_path(x0, y0, tip_x, tip_y), "arrow");
      picture.begin(fmt::format("{}: {} and {}", fitted(arrow->name, 300, 13),
                                signed_number(arrow->x), signed_number(arrow->y)));
      picture.text(label_x, arrow->label_y, fitted(arrow->name, room, 11.5), "small",
                   sign < 0 ? Anchor::end : Anchor::start);
      picture.end();
    }
  }
  return picture;
}

Drawing scree_plot(const PcaResult& pca) {
  constexpr double width = 340, height = 150, left = 40, right = 330, top = 18, bottom = 118;
  const std::vector<double>& all =
      pca.spectrum.empty() ? pca.explained_variance_ratio : pca.spectrum;
  const auto bars = std::min<std::int64_t>(std::ssize(all), kMostBars);
  const auto kept = std::ssize(pca.explained_variance_ratio);
  const double highest = std::max(all.front(), 0.01);
  const Scale y(0, highest * 1.1, bottom, top);
  Drawing picture("scree", width, height, "Scree plot",
                  fmt::format("The first component explains {} of the variance; {} are kept.",
                              percent(all.front()), thousands(kept)));
  const std::vector<double> ticks = round_ticks(0, highest * 1.1, 3);
  for (const double tick : ticks) {
    picture.line(left, y(tick), right, y(tick), tick == 0 ? "axis" : "grid");
    picture.text(left - 6, y(tick) + 4, short_percent(tick), "quiet", Anchor::end);
  }
  const double step = (right - left) / static_cast<double>(bars);
  const double bar = std::min(step * 0.7, 36.0);
  for (std::int64_t c = 0; c < bars; ++c) {
    const double ratio = all[static_cast<std::size_t>(c)];
    const double middle = left + step * (static_cast<double>(c) + 0.5);
    picture.begin(fmt::format("component {}: {}", c + 1, percent(ratio)));
    picture.rect(middle - bar / 2, y(ratio), bar, bottom - y(ratio), c < kept ? "accent" : "spare");
    picture.end();
    if (bars <= 10 || c % 2 == 0)
      picture.text(middle, bottom + 17, fmt::format("{}", c + 1), "quiet", Anchor::middle);
  }
  return picture;
}

std::string loadings_table(const PcaResult& pca, const std::vector<Feature>& features) {
  const std::int64_t components = std::min(pca.components.rows(), kTableComponents);
  const std::int64_t shown = std::min<std::int64_t>(std::ssize(features), kTableFeatures);
  std::string head = "<th scope=\"col\">Feature</th>";
  for (std::int64_t c = 0; c < components; ++c)
    head += fmt::format("<th scope=\"col\" class=\"number\">{}</th>", c + 1);
  std::string rows;
  for (std::int64_t j = 0; j < shown; ++j) {
    rows += fmt::format("<tr><th scope=\"row\">{}</th>",
                        shown_name(features[static_cast<std::size_t>(j)].name));
    for (std::int64_t c = 0; c < components; ++c)
      rows += fmt::format("<td class=\"number\">{}</td>", signed_number(pca.components(c, j)));
    rows += "</tr>\n";
  }
  return folded(
      "Loadings as numbers",
      fmt::format("<table><thead><tr>{}</tr></thead>\n<tbody>{}</tbody></table>", head, rows));
}

}  // namespace cohort::report
