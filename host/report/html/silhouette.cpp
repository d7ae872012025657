#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cohort/row_chunks.hpp"
#include "cohort/wording.hpp"

#include "host/report/html/context.hpp"
#include "host/report/html/markup.hpp"
#include "host/report/html/row_sample.hpp"
#include "host/report/svg/scale.hpp"
#include "host/report/svg/text.hpp"

namespace cohort::report {
namespace {

constexpr std::int64_t kSampledValues = 20000;
constexpr std::size_t kMostBands = 16;
constexpr double kPictureWidth = 520, kLeft = 72, kRight = 500, kTop = 10;
constexpr double kBandsHeight = 320, kGap = 8, kAxisHeight = 44;

/// Each cluster's values, falling.
std::vector<std::vector<double>> falling_values(const KMeansReport& report,
                                                const std::vector<std::int64_t>& rows,
                                                std::size_t clusters) {
  std::vector<std::vector<double>> values(clusters);
  for (const std::int64_t row : rows) {
    const auto i = static_cast<std::size_t>(row);
    const auto c = static_cast<std::size_t>(report.result.labels[i]);
    if (c < clusters) values[c].push_back(report.silhouette->values[i]);
  }
  for (auto& own : values) std::sort(own.begin(), own.end(), std::greater<>());
  return values;
}

/// The values from the top down to `height`, as an outline with a corner for each that shows.
PathData band(const std::vector<double>& values, double top, double height, const Scale& x) {
  const auto steps =
      static_cast<std::size_t>(std::clamp(height * 2, 1.0, static_cast<double>(values.size())));
  PathData outline;
  outline.move_to(x(0), top);
  for (std::size_t s = 0; s < steps; ++s) {
    const double value = values[s * values.size() / steps];
    outline.line_to(x(value), top + height * static_cast<double>(s) / static_cast<double>(steps));
    outline.line_to(x(value),
                    top + height * static_cast<double>(s + 1) / static_cast<double>(steps));
  }
  return outline.line_to(x(0), top + height).close();
}

Drawing silhouette_plot(const KMeansReport& report,
                        const std::vector<std::vector<double>>& values) {
  double lowest = 0;
  std::size_t shown_rows = 0;
  for (const auto& own : values) {
    shown_rows += own.size();
    if (!own.empty()) lowest = std::min(lowest, own.back());
  }
  const Scale x(std::floor(lowest * 5) / 5, 1, kLeft, kRight);
  const double bottom = kTop + kBandsHeight + kGap * static_cast<double>(values.size() - 1);
  Drawing picture(
      "silhouette", kPictureWidth, bottom + kAxisHeight, "Silhouette plot",
      fmt::format("Silhouette of each row by segment, highest first; the mean is {:.2f}.",
                  report.silhouette->mean));
  const std::vector<double> ticks = round_ticks(x.low(), 1, 6);
  const std::vector<std::string> labels = tick_labels(ticks);
  for (std::size_t t = 0; t < ticks.size(); ++t) {
    const double place = x(ticks[t]);
    picture.line(place, kTop, place, bottom, ticks[t] == 0 ? "axis" : "grid");
    picture.text(place, bottom + 18, labels[t], "quiet", Anchor::middle);
  }
  picture.text((kLeft + kRight) / 2, bottom + 38, "silhouette", "quiet", Anchor::middle);
  double top = kTop;
  for (std::size_t c = 0; c < values.size(); ++c) {
    const double height = kBandsHeight * static_cast<double>(values[c].size()) /
                          static_cast<double>(std::max<std::size_t>(shown_rows, 1));
    const double mean = report.silhouette->cluster_means[c];
    if (!values[c].empty()) {
      picture.begin(fmt::format("Segment {}: mean {:.2f}", c, mean));
      picture.path(band(values[c], top, height, x),
                   color_class(static_cast<std::int64_t>(c)) + " fill soft");
      picture.end();
    }
    picture.text(kLeft - 46, top + height / 2 + 4, fmt::format("{}", c), "strong", Anchor::end);
    picture.text(kLeft - 10, top + height / 2 + 4, fmt::format("{:.2f}", mean), "quiet",
                 Anchor::end);
    top += height + kGap;
  }
  const double mean_x = x(report.silhouette->mean);
  picture.line(mean_x, kTop, mean_x, bottom, "mean");
  return picture;
}

}  // namespace

Section silhouette_section(const Context& context) {
  Section section{"silhouette", "How clean the segments are", ""};
  const Analysis& analysis = context.analysis;
  if (!analysis.kmeans || !analysis.kmeans->silhouette) return section;
  const KMeansReport& report = *analysis.kmeans;
  const std::vector<double>& all = report.silhouette->values;
  if (all.empty()) return section;
  const auto n = std::ssize(all);
  std::vector<std::int64_t> below(static_cast<std::size_t>(context.pool.threads()));
  over_row_chunks(context.pool, n, [&](std::int64_t first, std::int64_t last, int worker) {
    below[static_cast<std::size_t>(worker)] += std::count_if(
        all.begin() + first, all.begin() + last, [](double value) { return value < 0; });
  });
  const auto misplaced = std::accumulate(below.begin(), below.end(), std::int64_t{0});
  const std::size_t clusters = std::min(report.result.sizes.size(), kMostBands);
  const std::vector<std::int64_t> rows = row_sample(n, kSampledValues);

  section.body = paragraph(
      fmt::format("A row’s silhouette compares its distance to its own segment with that to the "
                  "next: near 1 it sits well inside, near 0 between two, below 0 in the wrong one. "
                  "The mean is {:.2f}; {}.",
                  report.silhouette->mean,
                  misplaced == 0
                      ? std::string("no row lies below 0")
                      : fmt::format("{} ({}) below 0", counted(misplaced, "row lies", "rows lie"),
                                    shown_percent(static_cast<double>(misplaced) /
                                                  static_cast<double>(n)))),
      "lead");
  std::string caption =
      "Segments from top to bottom with their means; the dashed line is the mean of all.";
  if (std::ssize(rows) < n)
    caption += fmt::format(" Drawn from {} of {}; the means are of all.",
                           counted(std::ssize(rows), "row"), thousands(n));
  if (clusters < report.result.sizes.size())
    caption += fmt::format(" The {} largest segments are shown.", clusters);
  section.body += figure(silhouette_plot(report, falling_values(report, rows, clusters)), caption);
  return section;
}

}  // namespace cohort::report
