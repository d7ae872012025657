#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "cohort/report.hpp"

#include "host/report/csv_rows.hpp"

namespace cohort {

using report::CsvText;

namespace {

void label_cell(CsvText& csv, const std::vector<std::int32_t>& labels, std::int64_t row) {
  const std::int32_t label = labels[static_cast<std::size_t>(row)];
  if (label < 0) {
    csv.no_cell();
  } else {
    csv.cell(std::int64_t{label});
  }
}

void profile_rows(CsvText& csv, std::string_view method, const Analysis& analysis,
                  const Profiles& profiles) {
  for (std::size_t c = 0; c < profiles.clusters.size(); ++c) {
    const ClusterProfile& cluster = profiles.clusters[c];
    for (std::size_t j = 0; j < cluster.features.size(); ++j) {
      const FeatureProfile& feature = cluster.features[j];
      csv.cell(method).cell(static_cast<std::int64_t>(c)).cell(cluster.size).cell(cluster.share);
      csv.cell(analysis.features.features[j].name);
      csv.cell(feature.mean).cell(feature.mode).cell(feature.mode_share).cell(feature.difference);
      csv.end_row();
    }
  }
}

}  // namespace

void labels_csv(const Analysis& analysis, ThreadPool& pool, const TextSink& sink) {
  if (!analysis.kmeans && !analysis.affinity) return;
  const FeatureMatrix& features = analysis.features;
  CsvText names;
  names.cell("row");
  for (const IdColumn& id : features.ids) names.cell(id.name);
  if (analysis.kmeans) names.cell("kmeans");
  if (analysis.affinity) names.cell("affinity");
  names.end_row();
  sink(names.take());
  report::write_rows(
      analysis.input_rows, pool, sink, [&](CsvText& csv, std::int64_t first, std::int64_t last) {
        std::int64_t next = features.first_kept_from(first);
        for (std::int64_t row = first; row < last; ++row) {
          csv.cell(row);
          for (const IdColumn& id : features.ids) csv.cell(id.text[static_cast<std::size_t>(row)]);
          const bool clustered = next < features.kept_rows() && features.input_row(next) == row;
          if (analysis.kmeans && clustered) label_cell(csv, analysis.kmeans->result.labels, next);
          if (analysis.kmeans && !clustered) csv.no_cell();
          if (analysis.affinity && clustered)
            label_cell(csv, analysis.affinity->result.labels, next);
          if (analysis.affinity && !clustered) csv.no_cell();
          if (clustered) ++next;
          csv.end_row();
        }
      });
}

std::string profiles_csv(const Analysis& analysis) {
  if (!analysis.kmeans && !analysis.affinity) return "";
  CsvText csv;
  for (const std::string_view name : {"method", "cluster", "size", "share", "feature", "mean",
                                      "mode", "mode_share", "difference"}) {
    csv.cell(name);
  }
  csv.end_row();
  if (analysis.kmeans) profile_rows(csv, "kmeans", analysis, analysis.kmeans->profiles);
  if (analysis.affinity) profile_rows(csv, "affinity", analysis, analysis.affinity->profiles);
  return csv.take();
}

std::string correlations_csv(const Analysis& analysis) {
  if (analysis.correlated_names.empty()) return "";
  CsvText csv;
  csv.cell("a").cell("b").cell("r").end_row();
  constexpr auto all = std::numeric_limits<std::int64_t>::max();
  for (const CorrelatedPair& pair : strongest_pairs({analysis.correlation_matrix}, all)) {
    csv.cell(analysis.correlated_names[static_cast<std::size_t>(pair.a)]);
    csv.cell(analysis.correlated_names[static_cast<std::size_t>(pair.b)]);
    csv.cell(pair.r).end_row();
  }
  return csv.take();
}

void pca_csv(const Analysis& analysis, ThreadPool& pool, const TextSink& sink) {
  if (!analysis.pca) return;
  const Matrix<double>& scores = analysis.pca->scores;
  CsvText names;
  names.cell("row");
  for (std::int64_t c = 0; c < scores.cols(); ++c) names.cell(fmt::format("pc{}", c + 1));
  names.end_row();
  sink(names.take());
  report::write_rows(scores.rows(), pool, sink,
                     [&](CsvText& csv, std::int64_t first, std::int64_t last) {
                       for (std::int64_t i = first; i < last; ++i) {
                         csv.cell(analysis.features.input_row(i));
                         for (const double score : scores.row(i)) csv.cell(score);
                         csv.end_row();
                       }
                     });
}

}  // namespace cohort
