#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cohort/wording.hpp"

#include "host/report/html/component_pictures.hpp"
#include "host/report/html/context.hpp"
#include "host/report/html/map_points.hpp"
#include "host/report/html/markup.hpp"
#include "host/report/html/row_sample.hpp"
#include "host/report/svg/scale.hpp"
#include "host/report/svg/text.hpp"

namespace cohort::report {
namespace {

constexpr std::int64_t kMostMarks = 1500;
constexpr std::int64_t kMeasuredRows = 20000;
constexpr std::int64_t kMostClouds = 24;
constexpr std::int64_t kDensityColumns = 72, kDensityRows = 54;
constexpr double kMapWidth = 520, kMapHeight = 440;
constexpr double kMapLeft = 46, kMapRight = 510, kMapTop = 10, kMapBottom = 392;
/// Half of a normal cloud lies within so many standard deviations.
constexpr double kHalfOfACloud = 1.1774;

/// The same unit both ways, the data in the middle.
struct MapScales {
  Scale x, y;
  double unit;  ///< a distance of 1 in the picture
};

MapScales map_scales(const Bounds& bounds) {
  constexpr double margin = 1.1;
  const double across = kMapRight - kMapLeft;
  const double down = kMapBottom - kMapTop;
  const double size = margin * std::max({(bounds.right - bounds.left) / across,
                                         (bounds.top - bounds.bottom) / down, 1e-12});
  const double x = (bounds.left + bounds.right) / 2;
  const double y = (bounds.bottom + bounds.top) / 2;
  return {Scale(x - size * across / 2, x + size * across / 2, kMapLeft, kMapRight),
          Scale(y - size * down / 2, y + size * down / 2, kMapBottom, kMapTop), 1 / size};
}

void draw_axes(Drawing& picture, const MapScales& at, const PcaResult& pca) {
  const std::vector<double> across = round_ticks(at.x.low(), at.x.high(), 7);
  const std::vector<double> up = round_ticks(at.y.low(), at.y.high(), 6);
  for (std::size_t t = 0; t < across.size(); ++t) {
    const double x = at.x(across[t]);
    picture.line(x, kMapTop, x, kMapBottom, "grid");
    picture.text(x, kMapBottom + 18, tick_labels(across)[t], "quiet", Anchor::middle);
  }
  for (std::size_t t = 0; t < up.size(); ++t) {
    const double y = at.y(up[t]);
    picture.line(kMapLeft, y, kMapRight, y, "grid");
    picture.text(kMapLeft - 8, y + 4, tick_labels(up)[t], "quiet", Anchor::end);
  }
  picture.text((kMapLeft + kMapRight) / 2, kMapBottom + 40,
               fmt::format("component 1 ({}) across, component 2 ({}) up",
                           percent(pca.explained_variance_ratio[0]),
                           percent(pca.explained_variance_ratio[1])),
               "quiet", Anchor::middle);
}

/// Cells in a few shades by the logarithm of their counts, equal neighbours as one stroke.
void draw_density(Drawing& picture, const Matrix<std::int64_t>& counts, const Bounds& bounds,
                  const MapScales& at) {
  constexpr std::size_t shades = 8;
  const std::int64_t most =
      *std::max_element(counts.data(), counts.data() + counts.rows() * counts.cols());
  const auto shade_of = [most](std::int64_t count) {
    const double fraction =
        std::log1p(static_cast<double>(count)) / std::log1p(static_cast<double>(most));
    return count == 0 ? 0 : std::max<std::size_t>(1, static_cast<std::size_t>(fraction * shades));
  };
  const Scale column(0, static_cast<double>(counts.cols()), at.x(bounds.left), at.x(bounds.right));
  const Scale row(0, static_cast<double>(counts.rows()), at.y(bounds.top), at.y(bounds.bottom));
  std::vector<PathData> paths(shades + 1);
  for (std::int64_t r = 0; r < counts.rows(); ++r) {
    for (std::int64_t first = 0, next = 0; first < counts.cols(); first = next) {
      const std::size_t shade = shade_of(counts(r, first));
      next = first + 1;
      while (next < counts.cols() && shade_of(counts(r, next)) == shade) ++next;
      if (shade == 0) continue;
      const double top = row(static_cast<double>(r));
      const double bottom = row(static_cast<double>(r + 1));
      paths[shade]
          .move_to(column(static_cast<double>(first)), top)
          .line_to(column(static_cast<double>(next)), top)
          .line_to(column(static_cast<double>(next)), bottom)
          .line_to(column(static_cast<double>(first)), bottom);
    }
  }
  for (std::size_t shade = 1; shade <= shades; ++shade)
    picture.path(paths[shade], fmt::format("density d{}", shade));
}

void draw_marks(Drawing& picture, const PcaResult& pca, const std::vector<std::int64_t>& rows,
                const std::vector<std::int32_t>* labels, const MapScales& at) {
  std::vector<PathData> marks(8);
  for (const std::int64_t row : rows) {
    const std::int32_t label = labels == nullptr ? 0 : (*labels)[static_cast<std::size_t>(row)];
    if (label < 0) continue;
    marks[static_cast<std::size_t>(label) % marks.size()].dot(at.x(pca.scores(row, 0)),
                                                              at.y(pca.scores(row, 1)));
  }
  for (std::size_t color = 0; color < marks.size(); ++color)
    picture.path(marks[color], color_class(static_cast<std::int64_t>(color)) +
                                   (pca.scores.rows() > kMostMarks ? " mark fine" : " mark"));
}

struct Place {
  double x, y;
};

/// Pushes labels apart that would touch.
void spread_apart(std::vector<Place>& places, double distance) {
  for (int round = 0; round < 40; ++round) {
    for (std::size_t i = 0; i < places.size(); ++i) {
      for (std::size_t j = i + 1; j < places.size(); ++j) {
        double dx = places[j].x - places[i].x;
        double dy = places[j].y - places[i].y;
        if (std::hypot(dx, dy) < 0.1) dx = 0.1 * static_cast<double>(j), dy = 0.1;
        const double length = std::hypot(dx, dy);
        if (length >= distance) continue;
        const double push = (distance - length) / 2 / length;
        places[i].x -= dx * push;
        places[i].y -= dy * push;
        places[j].x += dx * push;
        places[j].y += dy * push;
      }
    }
  }
}

void draw_clouds(Drawing& picture, const std::vector<Cloud>& clouds, const MapScales& at) {
  std::vector<Place> places;
  for (std::size_t c = 0; c < clouds.size(); ++c) {
    const Cloud& cloud = clouds[c];
    places.push_back({at.x(cloud.x), at.y(cloud.y)});
    if (cloud.rows < 3) continue;
    picture.ellipse(places.back().x, places.back().y,
                    std::max(kHalfOfACloud * cloud.major * at.unit, 1.0),
                    std::max(kHalfOfACloud * cloud.minor * at.unit, 1.0), -cloud.degrees,
                    color_class(static_cast<std::int64_t>(c)) + " ring");
  }
  spread_apart(places, 25);
  for (std::size_t c = 0; c < clouds.size(); ++c) {
    if (clouds[c].rows == 0) continue;
    const double x = std::clamp(places[c].x, kMapLeft + 12, kMapRight - 12);
    const double y = std::clamp(places[c].y, kMapTop + 12, kMapBottom - 12);
    picture.begin(fmt::format("Segment {}", c), color_class(static_cast<std::int64_t>(c)));
    picture.circle(x, y, 11, "badge");
    picture.text(x, y + 4.5, fmt::format("{}", c), "strong", Anchor::middle);
    picture.end();
  }
}

std::string map_figure(const Context& context) {
  const PcaResult& pca = *context.analysis.pca;
  const std::vector<std::int32_t>* labels =
      context.analysis.kmeans ? &context.analysis.kmeans->result.labels : nullptr;
  const std::int64_t n = pca.scores.rows();
  const Bounds bounds = bounds_of(pca.scores, context.pool);
  const MapScales at = map_scales(bounds);
  Drawing picture(
      "map", kMapWidth, kMapHeight, "Map of the respondents",
      fmt::format("{} on the first two principal components, by segment.", counted(n, "row")));
  draw_axes(picture, at, pca);
  std::string caption;
  if (n > kMostMarks) {
    draw_density(picture,
                 density_of(pca.scores, bounds, kDensityColumns, kDensityRows, context.pool),
                 bounds, at);
    caption = fmt::format("Shades of grey count all {} (logarithmic).", counted(n, "row"));
  }
  if (context.options.rows) {
    const std::vector<std::int64_t> rows = row_sample(n, kMostMarks);
    draw_marks(picture, pca, rows, labels, at);
    caption += n > kMostMarks ? fmt::format(" Dots are {} of them.", thousands(std::ssize(rows)))
                              : "A dot is a row; equal rows lie on one another.";
  }
  if (labels != nullptr) {
    const auto clusters =
        std::min<std::int64_t>(std::ssize(context.analysis.kmeans->result.sizes), kMostClouds);
    draw_clouds(picture, clouds_of(pca.scores, row_sample(n, kMeasuredRows), *labels, clusters),
                at);
    caption += fmt::format(
        " Numbers stand at the segments’ centres; about half of a segment lies "
        "within its ellipse{}.",
        n > kMeasuredRows ? " (of 20,000 rows)" : "");
  }
  return figure(std::move(picture), caption);
}

}  // namespace

Section map_section(const Context& context) {
  Section section{"map", "Where they lie", ""};
  const Analysis& analysis = context.analysis;
  if (!analysis.pca || analysis.pca->explained_variance_ratio.empty()) return section;
  const PcaResult& pca = *analysis.pca;
  const auto& features = analysis.features.features;
  double together = 0;
  for (const double ratio : pca.explained_variance_ratio) together += ratio;
  section.body = paragraph(
      fmt::format(
          "{} of {} hold {} of the variance.",
          pca.explained_variance_ratio.size() == 1
              ? std::string("One principal component")
              : fmt::format("{} principal components",
                            capitalized(count_in_words(std::ssize(pca.explained_variance_ratio)))),
          counted(std::ssize(features), "feature"), shown_percent(together)),
      "lead");
  const bool plane = pca.components.rows() >= 2 && pca.scores.rows() > 0;
  section.body += "<div class=\"pair\">\n";
  if (plane) section.body += map_figure(context);
  section.body += "<div>\n";
  if (plane)
    section.body += figure(loadings_circle(pca, features),
                           "The same plane: which way each feature pulls, and how much.");
  section.body += figure(scree_plot(pca), "The variance that each component explains.");
  section.body += "</div></div>\n" + loadings_table(pca, features);
  return section;
}

}  // namespace cohort::report
