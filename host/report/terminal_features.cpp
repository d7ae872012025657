#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cohort/wording.hpp"

#include "host/report/sections.hpp"
#include "host/report/text.hpp"

namespace cohort::report {
namespace {

constexpr std::int64_t kShownComponents = 10;
constexpr std::size_t kNamedLoadings = 3;

struct Pair {
  std::string a, b, r;
};

std::vector<Pair> pairs_to_show(const Analysis& analysis) {
  std::vector<Pair> pairs;
  for (const CorrelatedPair& pair : analysis.correlations) {
    const auto name = [&](std::int64_t i) {
      return printable(analysis.correlated_names[static_cast<std::size_t>(i)]);
    };
    pairs.push_back({name(pair.a), name(pair.b), fmt::format("{:+.3f}", pair.r)});
  }
  return pairs;
}

/// The pairs in columns of equal width, read downwards; long names are cut.
void write_pairs(Page& page, const std::vector<Pair>& pairs) {
  constexpr int indent = 2, between_names = 2, r_width = 8, gutter = 4;
  int a_width = 0, b_width = 0;
  for (const Pair& pair : pairs) {
    a_width = std::max(a_width, display_width(pair.a));
    b_width = std::max(b_width, display_width(pair.b));
  }
  const int cell = a_width + between_names + b_width + r_width;
  const int room = page.width() - indent;
  const std::size_t columns = 2 * cell + gutter <= room ? 2 : 1;
  if (const int names = room - between_names - r_width; columns == 1 && a_width + b_width > names) {
    const int half = names / 2;
    a_width = std::min(a_width, std::max(half, names - b_width));
    b_width = std::min(b_width, names - a_width);
  }
  const std::size_t lines = (pairs.size() + columns - 1) / columns;
  for (std::size_t i = 0; i < lines; ++i) {
    std::string text;
    for (std::size_t at = i; at < pairs.size(); at += lines) {
      text += std::string(at == i ? indent : gutter, ' ');
      text += padded(truncated(pairs[at].a, a_width), a_width + between_names);
      text += padded(truncated(pairs[at].b, b_width), b_width);
      text += page.painted(Tone::accent, padded_left(pairs[at].r, r_width));
    }
    page.line(text);
  }
}

/// "more Knowledge (+0.58), less Effort (-0.31)": the largest loadings, small ones left out.
std::string loadings_in_words(std::span<const double> component,
                              const std::vector<Feature>& features) {
  std::vector<std::size_t> order(component.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::abs(component[a]) > std::abs(component[b]);
  });
  std::vector<std::string> words;
  for (const std::size_t j : order) {
    if (words.size() == kNamedLoadings) break;
    if (std::abs(component[j]) < std::abs(component[order.front()]) / 3) break;
    words.push_back(fmt::format("{} {} ({:+.2f})", component[j] < 0 ? "less" : "more",
                                printable(features[j].name), component[j]));
  }
  return listed(words, kNamedLoadings);
}

}  // namespace

void write_correlations(Page& page, const Analysis& analysis) {
  if (analysis.correlated_names.empty()) return;
  const auto features = static_cast<std::int64_t>(analysis.correlated_names.size());
  page.heading("Strongest correlations", fmt::format("among {}", counted(features, "feature")));
  if (analysis.correlations.empty()) page.line("  none: no two features vary");
  write_pairs(page, pairs_to_show(analysis));
  if (analysis.dropped_correlated.empty()) return;
  std::vector<std::string> dropped;
  for (const std::string& name : analysis.dropped_correlated) dropped.push_back(printable(name));
  page.paragraph("  ", "Left out from here on: " + listed(dropped, dropped.size()) + ".");
}

void write_pca(Page& page, const Analysis& analysis) {
  if (!analysis.pca) return;
  const auto& ratios = analysis.pca->explained_variance_ratio;
  const auto components = static_cast<std::int64_t>(ratios.size());
  const double together = std::accumulate(ratios.begin(), ratios.end(), 0.0);
  page.heading("Principal components", fmt::format("{} of the variance in {}", percent(together),
                                                   counted(components, "component")));
  constexpr int bar_width = 12;
  for (std::int64_t c = 0; c < std::min(components, kShownComponents); ++c) {
    const double ratio = ratios[static_cast<std::size_t>(c)];
    page.paragraph(fmt::format("  {:>2}  {}  {}  ", c + 1, padded_left(percent(ratio), 6),
                               padded(bar(ratio, bar_width), bar_width)),
                   loadings_in_words(analysis.pca->components.row(c), analysis.features.features),
                   Tone::plain, Tone::accent);
  }
  if (components > kShownComponents) {
    page.line(page.painted(Tone::dim, fmt::format("      and {} more; pca.csv has them all",
                                                  thousands(components - kShownComponents))));
  }
}

}  // namespace cohort::report
