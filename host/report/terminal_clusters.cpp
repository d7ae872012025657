#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cohort/wording.hpp"

#include "host/report/respondent.hpp"
#include "host/report/sections.hpp"
#include "host/report/text.hpp"

namespace cohort::report {
namespace {

constexpr std::size_t kShownClusters = 24;
constexpr int kWidestIdsOfALine = 24;

/// With its singular as wide as the plural, so that the numbers stand below one another.
std::string size_in_words(std::int64_t size) {
  return counted(size, "row ", "rows");
}

struct Cluster {
  std::int64_t size = 0;
  double share = 0;
  std::string words;
  std::string person;  ///< "typical: row 12", or nothing
};

/// Number, size, share and bar on a line, the words hanging below it.
void write_clusters(Page& page, const std::vector<Cluster>& clusters) {
  const std::size_t shown =
      clusters.size() <= kShownClusters + 1 ? clusters.size() : kShownClusters;
  double largest = 0;
  int number_width = 1, size_width = 0, person_width = 0;
  for (std::size_t c = 0; c < shown; ++c) {
    largest = std::max(largest, clusters[c].share);
    number_width = std::max(number_width, display_width(fmt::format("{}", c)));
    size_width = std::max(size_width, display_width(size_in_words(clusters[c].size)));
    person_width = std::max(person_width, display_width(clusters[c].person));
  }
  constexpr int share_width = 6, gap = 2, narrowest_bar = 4, widest_bar = 32;
  const int before_bar = 2 + number_width + gap + size_width + gap + share_width + gap;
  const int room = page.width() - before_bar - gap;
  person_width = std::min(person_width, room - narrowest_bar);
  const int bar_width = std::min(room - person_width, widest_bar);
  const std::string indent(static_cast<std::size_t>(2 + number_width + gap), ' ');
  for (std::size_t c = 0; c < shown; ++c) {
    const Cluster& cluster = clusters[c];
    const double length = largest > 0 ? cluster.share / largest : 0;
    page.line(
        fmt::format("  {}  {}  {}  {}  {}",
                    page.painted(Tone::strong, padded_left(fmt::format("{}", c), number_width)),
                    padded_left(size_in_words(cluster.size), size_width),
                    padded_left(percent(cluster.share), share_width),
                    page.painted(Tone::accent, bar(length, bar_width)) +
                        padded("", bar_width - display_width(bar(length, bar_width))),
                    page.painted(Tone::dim, truncated(cluster.person, person_width))));
    page.paragraph(indent, cluster.words.empty() ? "no feature sets it apart" : cluster.words,
                   cluster.words.empty() ? Tone::dim : Tone::plain);
  }
  if (shown < clusters.size()) {
    std::int64_t rows = 0;
    for (std::size_t c = shown; c < clusters.size(); ++c) rows += clusters[c].size;
    page.paragraph(
        indent,
        fmt::format("and {} with {} together; profiles.csv has them all",
                    counted(static_cast<std::int64_t>(clusters.size() - shown), "smaller cluster"),
                    counted(rows, "row")),
        Tone::dim);
  }
}

std::string words_of(const Profiles& profiles, std::size_t cluster) {
  return cluster < profiles.clusters.size() ? printable(profiles.clusters[cluster].words) : "";
}

std::string weighted_aside(const Analysis& analysis) {
  return analysis.features.weights.empty() ? "" : " · shares by weight";
}

std::string agreement_in_words(double index) {
  if (index >= 0.9995) return "find the same segments";
  if (index >= 0.8) return "find nearly the same segments";
  if (index >= 0.5) return "agree on the broad segments";
  if (index >= 0.2) return "agree only in part";
  return "agree hardly better than chance would";
}

/// "net similarity -812.3 (-840.1 before 2 rounds of refinement)"
std::string refined(const AffinityResult& result) {
  const Refinement& refinement = *result.refinement;
  const std::string now = "net similarity " + short_number(result.net_similarity, 6);
  if (refinement.rounds == 0) return now + ", which refining does not change";
  return fmt::format("{} ({} before {} of refinement)", now,
                     short_number(refinement.net_similarity_before, 6),
                     counted(refinement.rounds, "round"));
}

void write_preference_range(Page& page, const AffinityResult& result) {
  const PreferenceRange& range = *result.preference_range;
  page.heading(fmt::format("Preferences of affinity propagation: {} to {}",
                           short_number(range.least, 6), short_number(range.largest, 6)),
               counted(result.distinct_rows, "distinct row"));
  page.paragraph(
      "  ",
      fmt::format("Below {} one cluster is best{}; above {} every row is its own; the median "
                  "similarity, {}, is the one taken by default.",
                  short_number(range.least, 6), range.least_is_exact ? "" : " (a lower bound)",
                  short_number(range.largest, 6), short_number(result.preference, 6)));
}

}  // namespace

void write_kmeans(Page& page, const Analysis& analysis) {
  if (!analysis.kmeans) return;
  const KMeansReport& report = *analysis.kmeans;
  const KMeansResult& result = report.result;
  std::string aside = fmt::format(
      "inertia {} · {} · {}", short_number(result.inertia, 5),
      result.n_init == 1 ? "1 start" : fmt::format("best of {}", counted(result.n_init, "start")),
      counted(result.n_iter, "iteration"));
  if (result.distinct_rows > 0)
    aside += fmt::format(" · {}", counted(result.distinct_rows, "distinct row"));
  if (report.silhouette) {
    aside += fmt::format(" · silhouette {}", short_number(report.silhouette->mean, 2));
  }
  page.heading(fmt::format("K-means: {}",
                           counted(static_cast<std::int64_t>(result.sizes.size()), "cluster")),
               aside + weighted_aside(analysis));
  if (!result.converged) {
    page.paragraph(
        "  ! ",
        fmt::format("STOPPED BEFORE IT CONVERGED, after {}: the clusters may still move; "
                    "allow more iterations (--max-iter)",
                    counted(result.n_iter, "iteration")),
        Tone::strong, Tone::accent);
  }
  std::vector<Cluster> clusters;
  for (std::size_t c = 0; c < result.sizes.size(); ++c) {
    Cluster cluster{result.sizes[c], result.shares[c], words_of(report.profiles, c), ""};
    if (c < report.profiles.clusters.size() && report.profiles.clusters[c].medoid >= 0) {
      cluster.person =
          "typical: " + respondent_in_words(analysis.features, report.profiles.clusters[c].medoid,
                                            kWidestIdsOfALine);
    }
    clusters.push_back(std::move(cluster));
  }
  write_clusters(page, clusters);
}

void write_affinity(Page& page, const Analysis& analysis) {
  if (!analysis.affinity) return;
  const AffinityResult& result = analysis.affinity->result;
  if (result.preference_range) {
    write_preference_range(page, result);
    return;
  }
  const auto n_clusters = static_cast<std::int64_t>(result.sizes.size());
  const auto rows = static_cast<std::int64_t>(result.labels.size());
  std::string aside;
  if (result.converged)
    aside = fmt::format("converged after {} · ", counted(result.n_iter, "iteration"));
  aside += fmt::format("preference {}", short_number(result.preference));
  if (result.distinct_rows > 0 && result.distinct_rows < rows) {
    aside += fmt::format(" · {}", counted(result.distinct_rows, "distinct row"));
  }
  if (result.form == AffinityForm::sparse)
    aside += fmt::format(" · sparse lists, {:.0f} neighbours a row", result.neighbors);
  if (result.refinement) aside += " · " + refined(result);
  if (result.approximation) aside += " · approximate, " + result.approximation->mode;
  page.heading(n_clusters == 0 ? "Affinity propagation: no clusters"
                               : "Affinity propagation: " + counted(n_clusters, "cluster"),
               aside + weighted_aside(analysis));
  if (result.search && !result.search->found) {
    page.paragraph("  ! ",
                   fmt::format("NOT THE {} ASKED FOR: no preference tried gives so many",
                               counted(result.search->wanted, "CLUSTER", "CLUSTERS")),
                   Tone::strong, Tone::accent);
  }
  if (!result.converged) {
    page.paragraph("  ! ",
                   fmt::format("DID NOT CONVERGE in {}: do not rely on these clusters; allow more "
                               "iterations (--max-iter) or damp more (--damping)",
                               counted(result.n_iter, "iteration")),
                   Tone::strong, Tone::accent);
  }
  std::vector<Cluster> clusters;
  for (std::size_t c = 0; c < result.sizes.size(); ++c) {
    clusters.push_back({result.sizes[c], result.shares[c], words_of(analysis.affinity->profiles, c),
                        "exemplar: " + respondent_in_words(analysis.features, result.exemplars[c],
                                                           kWidestIdsOfALine)});
  }
  write_clusters(page, clusters);
  const auto lost = std::count_if(result.labels.begin(), result.labels.end(),
                                  [](std::int32_t label) { return label < 0; });
  if (lost > 0) {
    page.paragraph("  ! ", fmt::format("{} in no cluster", counted(lost, "row")), Tone::plain,
                   Tone::accent);
  }
}

void write_agreement(Page& page, const Analysis& analysis) {
  if (!analysis.agreement) return;
  page.line("");
  page.paragraph("", fmt::format("K-means and affinity propagation {}: adjusted Rand index {:.2f}, "
                                 "where 1 is the same and 0 is chance.",
                                 agreement_in_words(*analysis.agreement), *analysis.agreement));
}

}  // namespace cohort::report
