#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cohort/wording.hpp"

#include "host/report/html/context.hpp"
#include "host/report/html/markup.hpp"
#include "host/report/svg/text.hpp"

namespace cohort::report {
namespace {

constexpr std::int64_t kMostCorrelated = 40;
constexpr std::size_t kStrongestPairs = 20;
constexpr double kNameWidth = 112;

/// The features with the strongest correlations where not all fit, in the order they have.
std::vector<std::int64_t> drawn_features(const Matrix<double>& r) {
  std::vector<double> strongest(static_cast<std::size_t>(r.rows()));
  for (std::int64_t i = 0; i < r.rows(); ++i)
    for (std::int64_t j = 0; j < r.cols(); ++j)
      if (i != j && std::abs(r(i, j)) > strongest[static_cast<std::size_t>(i)])
        strongest[static_cast<std::size_t>(i)] = std::abs(r(i, j));
  std::vector<std::int64_t> order(strongest.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    return strongest[static_cast<std::size_t>(a)] > strongest[static_cast<std::size_t>(b)];
  });
  order.resize(std::min(order.size(), static_cast<std::size_t>(kMostCorrelated)));
  std::sort(order.begin(), order.end());
  return order;
}

/// ".59", "−.41": a number that never leaves [-1, 1].
std::string coefficient(double r) {
  std::string text = signed_number(r);
  if (text.starts_with('+')) text.erase(0, 1);
  const std::size_t zero = text.find("0.");
  if (zero != std::string::npos) text.erase(zero, 1);
  return text;
}

bool is_dropped(const Analysis& analysis, const std::string& name) {
  const auto& dropped = analysis.dropped_correlated;
  return std::find(dropped.begin(), dropped.end(), name) != dropped.end();
}

/// The lower triangle, the names on its diagonal.
Drawing correlation_heatmap(const Analysis& analysis, const std::vector<std::int64_t>& order) {
  const auto n = std::ssize(order);
  const double cell = std::clamp(560 / static_cast<double>(n), 11.0, 36.0);
  const double font = std::clamp(cell * 0.6, 8.0, 12.5);
  const bool numbers = cell >= 30;
  const double size = cell * static_cast<double>(n);
  Drawing picture(
      "correlations", size + kNameWidth, size + 8, "Correlations of the features",
      fmt::format("Pearson correlations among {}; the strongest are in the table below.",
                  counted(n, "feature")));
  picture.begin("", font < 10 ? "tiny" : font < 12 ? "small" : "");
  for (std::int64_t i = 0; i < n; ++i) {
    const double y = 4 + cell * static_cast<double>(i);
    const std::int64_t a = order[static_cast<std::size_t>(i)];
    const std::string& name = analysis.correlated_names[static_cast<std::size_t>(a)];
    for (std::int64_t j = 0; j < i; ++j) {
      const double r = analysis.correlation_matrix(a, order[static_cast<std::size_t>(j)]);
      const double x = cell * static_cast<double>(j);
      if (!numbers) picture.begin(coefficient(r));
      picture.shaded(x + 0.5, y + 0.5, cell - 1, cell - 1, r < 0 ? "less" : "more",
                     std::isnan(r) ? 0 : std::min(std::abs(r), 1.0) * 0.75);
      if (numbers)
        picture.text(x + cell / 2, y + cell / 2 + 4, coefficient(r), "number small",
                     Anchor::middle);
      else
        picture.end();
    }
    const bool dropped = is_dropped(analysis, name);
    const double x = cell * static_cast<double>(i);
    picture.rect(x + 0.5, y + 0.5, cell - 1, cell - 1, dropped ? "struck" : "diagonal");
    picture.text(x + cell + 7, y + cell / 2 + font * 0.36, fitted(name, kNameWidth - 10, font),
                 dropped ? "dropped" : "");
  }
  picture.end();
  return picture;
}

std::string pairs_table(const Analysis& analysis) {
  std::string rows;
  for (std::size_t i = 0; i < std::min(analysis.correlations.size(), kStrongestPairs); ++i) {
    const CorrelatedPair& pair = analysis.correlations[i];
    rows += fmt::format("<tr><td>{}</td><td>{}</td><td class=\"number\">{}</td></tr>\n",
                        shown_name(analysis.correlated_names[static_cast<std::size_t>(pair.a)]),
                        shown_name(analysis.correlated_names[static_cast<std::size_t>(pair.b)]),
                        signed_number(pair.r));
  }
  if (rows.empty()) return "";
  return folded("Strongest pairs as numbers",
                fmt::format("<table><thead><tr><th scope=\"col\">Feature</th><th scope=\"col\">and"
                            "</th><th scope=\"col\" class=\"number\">r</th></tr></thead>\n"
                            "<tbody>{}</tbody></table>",
                            rows));
}

}  // namespace

Section correlation_section(const Context& context) {
  Section section{"correlations", "What goes together", ""};
  const Analysis& analysis = context.analysis;
  const Matrix<double>& r = analysis.correlation_matrix;
  if (analysis.correlated_names.size() < 2 || r.rows() < 2) return section;
  const std::vector<std::int64_t> order = drawn_features(r);
  std::string lead =
      "Pearson correlations among the features: "
      "<span class=\"swatch more\"></span> together, "
      "<span class=\"swatch less\"></span> opposite.";
  if (!analysis.dropped_correlated.empty())
    lead += fmt::format(" Left out of the clustering: {}.",
                        names_in_words(analysis.dropped_correlated, 12));
  section.body = paragraph(lead, "lead");
  std::string caption =
      analysis.dropped_correlated.empty() ? "" : "Features that were left out are struck through.";
  if (std::ssize(order) < r.rows())
    caption += fmt::format(" The {} with the strongest correlations of {} features.",
                           std::ssize(order), thousands(r.rows()));
  section.body += figure(correlation_heatmap(analysis, order), caption) + pairs_table(analysis);
  return section;
}

}  // namespace cohort::report
