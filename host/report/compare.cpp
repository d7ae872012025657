#include "cohort/compare.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "cohort/agreement.hpp"
#include "cohort/report.hpp"
#include "cohort/wording.hpp"

#include "host/report/csv_rows.hpp"
#include "host/report/json.hpp"
#include "host/report/style.hpp"
#include "host/report/text.hpp"

namespace cohort {

namespace {

using report::padded;
using report::padded_left;
using report::Page;
using report::printable;
using report::Tone;

constexpr std::size_t kClustersShown = 30;

/// Clusters of the other side that share rows with one of this side, the largest share first.
struct Share {
  std::int64_t cluster;
  std::int64_t rows;
};

std::vector<Share> shares_of(const Comparison& comparison, std::int64_t a) {
  std::vector<Share> shares;
  for (std::int64_t b = 0; b < comparison.contingency.cols(); ++b)
    if (comparison.contingency(a, b) > 0) shares.push_back({b, comparison.contingency(a, b)});
  std::stable_sort(shares.begin(), shares.end(),
                   [](const Share& one, const Share& other) { return one.rows > other.rows; });
  return shares;
}

std::string cluster_name(const Labelling& labelling, std::int64_t cluster) {
  return printable(labelling.clusters[static_cast<std::size_t>(cluster)]);
}

std::string where_they_went(const Comparison& comparison, std::int64_t a) {
  std::vector<std::string> parts;
  for (const Share& share : shares_of(comparison, a)) {
    const bool partner = comparison.partner[static_cast<std::size_t>(a)] == share.cluster;
    parts.push_back(fmt::format("{}{}: {}", cluster_name(comparison.b, share.cluster),
                                partner ? "*" : "", thousands(share.rows)));
  }
  return report::listed(parts, 8);
}

}  // namespace

std::string compare_report(const Comparison& comparison, const TerminalStyle& style) {
  Page page(style);
  const auto introduce = [&](std::string_view lead, const Labelling& labelling) {
    page.paragraph(lead, fmt::format("{}: {}", printable(labelling.source),
                                     counted(std::ssize(labelling.clusters), "cluster")));
  };
  introduce("A  ", comparison.a);
  introduce("B  ", comparison.b);
  std::string rows = counted(comparison.rows, "row") + " labelled by both";
  if (comparison.only_a > 0) rows += fmt::format(" · {} by A alone", thousands(comparison.only_a));
  if (comparison.only_b > 0) rows += fmt::format(" · {} by B alone", thousands(comparison.only_b));
  page.paragraph("   ", rows, Tone::dim);

  page.heading("Agreement");
  page.line(
      fmt::format("  adjusted Rand index            {:6.3f}", comparison.adjusted_rand_index) +
      page.painted(Tone::dim, "  1 the same, 0 chance"));
  page.line(
      fmt::format("  normalized mutual information  {:6.3f}", comparison.normalized_mutual_info) +
      page.painted(Tone::dim, "  1 the same, 0 nothing in common"));
  page.paragraph("  ", comparison.moved == 0
                           ? std::string("no row moved: the same clusters, by other names or not")
                           : fmt::format("{} moved ({}), when clusters are matched one to one{}",
                                         counted(comparison.moved, "row"),
                                         percent(static_cast<double>(comparison.moved) /
                                                 static_cast<double>(comparison.rows)),
                                         is_matched_best(comparison.contingency.rows(),
                                                         comparison.contingency.cols())
                                             ? ""
                                             : ", the largest shares first"));

  page.heading("Where the rows of A's clusters are in B", "* the matched cluster");
  const std::size_t shown = std::min(comparison.a.clusters.size(), kClustersShown);
  for (std::size_t a = 0; a < shown; ++a) {
    const auto row = comparison.contingency.row(static_cast<std::int64_t>(a));
    const std::int64_t size = std::accumulate(row.begin(), row.end(), std::int64_t{0});
    const std::string name =
        report::truncated(cluster_name(comparison.a, static_cast<std::int64_t>(a)), 16);
    page.paragraph(
        fmt::format("  {}{}  → ", padded(name, 17), padded_left(counted(size, "row"), 12)),
        size == 0 ? std::string("none has a label in B")
                  : where_they_went(comparison, static_cast<std::int64_t>(a)));
  }
  if (comparison.a.clusters.size() > shown)
    page.line(
        fmt::format("  and {} more; --json has them all", comparison.a.clusters.size() - shown));
  return page.take();
}

std::string compare_json(const Comparison& comparison) {
  const auto side = [](const Labelling& labelling) {
    return report::Json{{"source", labelling.source}, {"clusters", labelling.clusters}};
  };
  report::Json matches = report::Json::array();
  report::Json counts = report::Json::array();
  for (std::int64_t a = 0; a < comparison.contingency.rows(); ++a) {
    const auto row = comparison.contingency.row(a);
    counts.push_back(std::vector<std::int64_t>(row.begin(), row.end()));
    const std::int32_t partner = comparison.partner[static_cast<std::size_t>(a)];
    if (partner >= 0)
      matches.push_back({{"a", comparison.a.clusters[static_cast<std::size_t>(a)]},
                         {"b", comparison.b.clusters[static_cast<std::size_t>(partner)]},
                         {"rows", comparison.contingency(a, partner)}});
  }
  return report::pretty({{"a", side(comparison.a)},
                         {"b", side(comparison.b)},
                         {"rows", comparison.rows},
                         {"only_a", comparison.only_a},
                         {"only_b", comparison.only_b},
                         {"adjusted_rand_index", comparison.adjusted_rand_index},
                         {"normalized_mutual_info", comparison.normalized_mutual_info},
                         {"moved", comparison.moved},
                         {"matches", matches},
                         {"contingency", counts}});
}

void moved_csv(const Comparison& comparison, ThreadPool& pool, const TextSink& sink) {
  sink("row,a,b\n");
  report::write_rows(
      std::ssize(comparison.a.labels), pool, sink,
      [&](report::CsvText& csv, std::int64_t first, std::int64_t last) {
        for (std::int64_t i = first; i < last; ++i) {
          const auto row = static_cast<std::size_t>(i);
          if (!comparison.has_moved(row)) continue;
          csv.cell(i)
              .cell(comparison.a.clusters[static_cast<std::size_t>(comparison.a.labels[row])])
              .cell(comparison.b.clusters[static_cast<std::size_t>(comparison.b.labels[row])])
              .end_row();
        }
      });
}

}  // namespace cohort
