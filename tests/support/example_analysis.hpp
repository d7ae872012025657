#pragma once
/// A small analysis made by hand, after the sample survey: what reports are tried on.

#include <string>
#include <utility>
#include <vector>

#include "cohort/agreement.hpp"
#include "cohort/analysis.hpp"

namespace cohort::example {

inline constexpr std::int64_t kRows = 72;

inline ClusterProfile profile(std::int64_t size, std::int64_t medoid, std::string words) {
  ClusterProfile profile;
  profile.size = size;
  profile.share = static_cast<double>(size) / static_cast<double>(kRows);
  profile.medoid = medoid;
  profile.words = std::move(words);
  profile.telling = {1, 2};
  for (int j = 0; j < 6; ++j) profile.features.push_back({0.5 + j, 1.0 * j, 0.75, 0.1 * j - 0.25});
  return profile;
}

inline std::vector<std::int32_t> labels_of(const std::vector<std::int64_t>& sizes) {
  std::vector<std::int32_t> labels;
  for (std::size_t c = 0; c < sizes.size(); ++c) {
    labels.insert(labels.end(), static_cast<std::size_t>(sizes[c]), static_cast<std::int32_t>(c));
  }
  return labels;
}

inline std::vector<double> shares_of(const std::vector<std::int64_t>& sizes) {
  std::vector<double> shares;
  for (const std::int64_t size : sizes) {
    shares.push_back(static_cast<double>(size) / static_cast<double>(kRows));
  }
  return shares;
}

/// What was read, before any stage.
inline Analysis reading() {
  Analysis analysis;
  analysis.source = "the embedded sample";
  analysis.recipe = "the sample's recipe";
  analysis.device = "cpu";
  analysis.input_rows = kRows;
  analysis.distinct_rows = 55;
  FeatureMatrix& features = analysis.features;
  features.source = analysis.source;
  features.input_rows = kRows;
  features.x = Matrix<float>(kRows, 6);
  for (const char* name :
       {"Knowledge", "Effort", "IsDeveloper", "IsTeaching", "IsStudent", "Enthusiasm"}) {
    features.features.push_back({name, name, FeatureKind::number, {}, 1});
  }
  return analysis;
}

inline void add_notices(Analysis& analysis) {
  using enum Notice::Level;
  analysis.notices = {
      {decision, "columns", "Email address and Name are read but left out of the features."},
      {decision, "missing", "WorkAt: 2 missing cells become a code of their own, 1."},
      {decision, "types",
       "IsResearcher, IsML, IsDeveloper, IsTeaching and IsStudent are True or False: 1 or 0."},
      {decision, "restarts", "100 K-means starts, by the size of the data."},
      {warning, "near-duplicates",
       "36 pairs of respondents gave the same answer in at least 80% of the columns both answered: "
       "one person may be listed twice."},
  };
  analysis.near_duplicate_threshold = 0.8;
  for (std::int64_t i = 0; i < 36; ++i) analysis.near_duplicates.push_back({i, i + 36, 0.9});
}

inline void add_correlations(Analysis& analysis) {
  analysis.correlated_names = {"Knowledge", "Effort",      "Degree",     "IsResearcher",
                               "IsML",      "IsDeveloper", "IsTeaching", "IsStudent",
                               "WorkAt",    "Enthusiasm"};
  analysis.correlations = {
      {3, 6, 0.624758},  {0, 4, 0.585793}, {3, 4, 0.535484},  {5, 7, -0.452602}, {6, 9, -0.422794},
      {5, 6, -0.408248}, {0, 3, 0.402911}, {2, 7, -0.384491}, {4, 6, 0.369175},  {8, 9, -0.363629},
      {3, 5, -0.324617}, {2, 6, 0.315283}, {5, 8, -0.293584}, {2, 3, 0.282929},  {3, 7, -0.266398},
      {1, 4, -0.254194}, {0, 2, 0.253271}, {2, 4, 0.239952},  {6, 7, -0.234521}, {3, 9, -0.219462}};
  analysis.correlation_matrix = Matrix<double>(10, 10);
  for (const CorrelatedPair& pair : analysis.correlations) {
    analysis.correlation_matrix(pair.a, pair.b) = pair.r;
    analysis.correlation_matrix(pair.b, pair.a) = pair.r;
  }
  analysis.dropped_correlated = {"IsML", "Degree", "IsResearcher", "WorkAt"};
}

inline void add_pca(Analysis& analysis) {
  PcaResult result;
  result.mean = {0, 0, 0, 0, 0, 0};
  result.components = Matrix<double>(
      2, 6,
      {0.213, 0.108, -0.561, 0.612, 0.155, -0.482, 0.284, -0.347, -0.402, -0.117, 0.746, 0.262});
  result.explained_variance = {1.9201, 1.3377};
  result.explained_variance_ratio = {0.3156, 0.2199};
  result.scores = Matrix<double>(kRows, 2);
  for (std::int64_t i = 0; i < kRows; ++i) {
    result.scores(i, 0) = 0.125 * static_cast<double>(i);
    result.scores(i, 1) = -1.5;
  }
  analysis.pca = result;
}

inline void add_kmeans(Analysis& analysis) {
  KMeansReport report;
  report.result.sizes = {26, 26, 12, 8};
  report.result.labels = labels_of(report.result.sizes);
  report.result.shares = shares_of(report.result.sizes);
  report.result.centers = Matrix<float>(4, 6, std::vector<float>(24, 0.5F));
  report.result.inertia = 192.336419;
  report.result.n_iter = 7;
  report.result.n_init = 100;
  report.result.best_init = 3;
  report.result.converged = true;
  report.scaling = {{6, 12, 0.5, 0.25, 0.125, 0}, {4, 8, 0.5, 0.25, 0.5, 1}};
  report.profiles.clusters = {
      profile(26, 4, "Effort 16.8 rather than 10.9; all IsDeveloper"),
      profile(26, 29,
              "Effort 4.2 rather than 10.9; all IsDeveloper; Enthusiasm 0.42 rather than 0"),
      profile(12, 57, "all IsStudent; no IsDeveloper"),
      profile(8, 66,
              "all IsTeaching; Enthusiasm -1.86 rather than 0; Knowledge 10.5 rather than 6.4")};
  report.profiles.everyone = report.profiles.clusters.front().features;
  report.silhouette = SilhouetteResult{{}, {0.31, 0.44, 0.52, 0.38}, 0.4061};
  report.profiles.power = {0.25, 0.75, 0.5, 0.9, 0.4, 0.1};
  analysis.kmeans = report;
}

inline void add_affinity(Analysis& analysis) {
  AffinityReport report;
  report.result.sizes = {28, 20, 16, 6, 2};
  report.result.labels = labels_of(report.result.sizes);
  report.result.shares = shares_of(report.result.sizes);
  report.result.exemplars = {12, 33, 50, 65, 71};
  report.result.n_iter = 92;
  report.result.converged = true;
  report.result.preference = -146.25;
  report.result.net_similarity = -1733.5;
  report.result.distinct_rows = 55;
  report.profiles.clusters = {
      profile(28, 12, "Effort 15.9 rather than 10.9; Knowledge 6.1 rather than 6.4"),
      profile(20, 33, "Effort 3.8 rather than 10.9; Knowledge 3.3 rather than 6.4"),
      profile(16, 50, "Knowledge 11.2 rather than 6.4; Effort 4 rather than 10.9"),
      profile(6, 65, "Effort 32 rather than 10.9"), profile(2, 71, "")};
  report.profiles.everyone = report.profiles.clusters.front().features;
  report.profiles.power = {0.68, 1, 0.2, 0.2, 0.03, 0.17};
  analysis.affinity = report;
  if (!analysis.kmeans) return;
  analysis.crossing = contingency(analysis.kmeans->result.labels, report.result.labels);
  analysis.agreement = 0.3127;
}

inline void add_timings(Analysis& analysis) {
  analysis.timings = {{"read", 0.00082, "host"},     {"features", 0.00031, "host"},
                      {"correlate", 0.00012, "cpu"}, {"pca", 0.00021, "cpu"},
                      {"kmeans", 0.00474, "cpu"},    {"affinity", 0.00915, "cpu"},
                      {"profile", 0.00044, "host"},  {"near-duplicates", 0.00027, "cpu"}};
}

/// Everything that `run` fills.
inline Analysis whole() {
  Analysis analysis = reading();
  add_notices(analysis);
  add_correlations(analysis);
  add_pca(analysis);
  add_kmeans(analysis);
  add_affinity(analysis);
  add_timings(analysis);
  return analysis;
}

}  // namespace cohort::example
