#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "cohort/report.hpp"

#include "host/report/json.hpp"
#include "version.hpp"

namespace cohort {
namespace report {
namespace {

constexpr std::size_t kListedPairs = 1000;

template <class T>
Json rows_of(const Matrix<T>& matrix) {
  Json rows = Json::array();
  for (std::int64_t i = 0; i < matrix.rows(); ++i) rows.push_back(matrix.row(i));
  return rows;
}

std::int64_t input_row(const Analysis& analysis, std::int64_t row) {
  return analysis.features.input_row(row);
}

Json feature_names(const Analysis& analysis) {
  Json names = Json::array();
  for (const Feature& feature : analysis.features.features) names.push_back(feature.name);
  return names;
}

Json correlations(const Analysis& analysis) {
  Json list = Json::array();
  for (const CorrelatedPair& pair : analysis.correlations) {
    list.push_back({{"a", analysis.correlated_names[static_cast<std::size_t>(pair.a)]},
                    {"b", analysis.correlated_names[static_cast<std::size_t>(pair.b)]},
                    {"r", pair.r}});
  }
  return list;
}

Json pca(const PcaResult& result) {
  return {{"n_components", result.components.rows()},
          {"explained_variance", result.explained_variance},
          {"explained_variance_ratio", result.explained_variance_ratio},
          {"mean", result.mean},
          {"components", rows_of(result.components)}};
}

/// Each cluster in words and numbers; its medoid is an input row, or null.
Json profiles(const Analysis& analysis, const Profiles& profiles) {
  const auto& features = analysis.features.features;
  Json clusters = Json::array();
  for (const ClusterProfile& profile : profiles.clusters) {
    Json cluster = {{"size", profile.size}, {"share", profile.share}, {"words", profile.words}};
    cluster["medoid"] =
        profile.medoid < 0 ? Json(nullptr) : Json(input_row(analysis, profile.medoid));
    Json& telling = cluster["telling"] = Json::array();
    for (const std::int64_t j : profile.telling) {
      telling.push_back(features[static_cast<std::size_t>(j)].name);
    }
    Json& list = cluster["features"] = Json::array();
    for (std::size_t j = 0; j < profile.features.size(); ++j) {
      const FeatureProfile& feature = profile.features[j];
      list.push_back({{"feature", features[j].name},
                      {"mean", feature.mean},
                      {"mode", feature.mode},
                      {"mode_share", feature.mode_share},
                      {"difference", feature.difference}});
    }
    clusters.push_back(std::move(cluster));
  }
  return clusters;
}

/// Centres back in the features' own units.
Json centers_in_own_units(const Matrix<float>& centers, const Scaling& scaling) {
  Matrix<double> own(centers.rows(), centers.cols());
  for (std::int64_t c = 0; c < centers.rows(); ++c) {
    for (std::int64_t j = 0; j < centers.cols(); ++j) {
      const auto feature = static_cast<std::size_t>(j);
      own(c, j) =
          static_cast<double>(centers(c, j)) * scaling.scale[feature] + scaling.center[feature];
    }
  }
  return rows_of(own);
}

Json kmeans(const Analysis& analysis, const KMeansReport& report) {
  const KMeansResult& result = report.result;
  Json json = {{"n_clusters", result.sizes.size()},
               {"inertia", result.inertia},
               {"n_iter", result.n_iter},
               {"n_init", result.n_init},
               {"converged", result.converged},
               {"sizes", result.sizes},
               {"shares", result.shares},
               {"centers", centers_in_own_units(result.centers, report.scaling)}};
  if (result.distinct_rows > 0) json["distinct_rows"] = result.distinct_rows;
  if (report.silhouette) {
    json["silhouette"] = {{"mean", report.silhouette->mean},
                          {"cluster_means", report.silhouette->cluster_means}};
  }
  json["profiles"] = profiles(analysis, report.profiles);
  return json;
}

Json search(const PreferenceSearch& search) {
  Json nearest = Json::array();
  for (const auto& trial : {search.fewer, search.more})
    if (trial)
      nearest.push_back({{"n_clusters", trial->n_clusters}, {"preference", trial->preference}});
  return {{"n_clusters", search.wanted},
          {"found", search.found},
          {"fits", search.fits},
          {"iterations", search.iterations},
          {"nearest", std::move(nearest)}};
}

Json approximation(const Approximation& how) {
  return {{"mode", how.mode},
          {"parts", how.parts},
          {"parts_not_converged", how.unsettled},
          {"candidates", how.candidates}};
}

/// What a fit tells where it was asked for more than clusters.
void add_outcome(Json& json, const AffinityOutcome& outcome) {
  if (!outcome.dampings.empty()) json["damping"] = outcome.dampings.back();
  if (outcome.dampings.size() > 1) json["dampings"] = outcome.dampings;
  if (outcome.search) json["search"] = search(*outcome.search);
  if (outcome.refinement)
    json["refinement"] = {{"rounds", outcome.refinement->rounds},
                          {"net_similarity_before", outcome.refinement->net_similarity_before}};
  json["approximate"] = outcome.approximation.has_value();
  if (outcome.approximation) json["approximation"] = approximation(*outcome.approximation);
  if (outcome.trace.empty()) return;
  Json exemplars = Json::array();
  Json changes = Json::array();
  for (const AffinityStep& step : outcome.trace) {
    exemplars.push_back(step.exemplars);
    changes.push_back(step.changes);
  }
  json["trace"] = {{"exemplars", std::move(exemplars)}, {"changes", std::move(changes)}};
}

Json preference_range(const AffinityResult& result) {
  const PreferenceRange& range = *result.preference_range;
  return {{"preference_range",
           {{"least", range.least},
            {"least_is_exact", range.least_is_exact},
            {"largest", range.largest}}},
          {"median", result.preference},
          {"distinct_rows", result.distinct_rows}};
}

Json affinity(const Analysis& analysis, const AffinityReport& report) {
  const AffinityResult& result = report.result;
  if (result.preference_range) return preference_range(result);
  Json exemplars = Json::array();
  for (const std::int64_t row : result.exemplars) exemplars.push_back(input_row(analysis, row));
  Json json = {{"n_clusters", result.sizes.size()},
               {"converged", result.converged},
               {"n_iter", result.n_iter},
               {"preference", result.preference},
               {"net_similarity", result.net_similarity},
               {"form", result.form == AffinityForm::sparse ? "sparse" : "dense"},
               {"sizes", result.sizes},
               {"shares", result.shares},
               {"exemplars", std::move(exemplars)}};
  add_outcome(json, result);
  json["profiles"] = profiles(analysis, report.profiles);
  return json;
}

Json near_duplicates(const Analysis& analysis) {
  Json json = Json::object();
  if (analysis.near_duplicate_threshold) json["threshold"] = *analysis.near_duplicate_threshold;
  json["pairs"] = analysis.near_duplicates.size();
  Json& rows = json["rows"] = Json::array();
  for (std::size_t i = 0; i < std::min(analysis.near_duplicates.size(), kListedPairs); ++i) {
    rows.push_back(Json::array({analysis.near_duplicates[i].i, analysis.near_duplicates[i].j}));
  }
  return json;
}

Json timings(std::span<const Timing> timings) {
  Json list = Json::array();
  for (const Timing& timing : timings) {
    list.push_back(
        {{"stage", timing.stage}, {"seconds", timing.seconds}, {"device", timing.device}});
  }
  return list;
}

}  // namespace
}  // namespace report

std::string json_report(const Analysis& analysis, bool with_timings) {
  using report::Json;
  Json json = {{"cohort", kVersion},
               {"device", analysis.device},
               {"source", analysis.source},
               {"recipe", analysis.recipe},
               {"seed", analysis.seed},
               {"rows", analysis.features.kept_rows()},
               {"input_rows", analysis.input_rows},
               {"features", report::feature_names(analysis)}};
  if (!analysis.correlated_names.empty()) {
    json["dropped"] = analysis.dropped_correlated;
    json["correlations"] = report::correlations(analysis);
  }
  if (analysis.pca) json["pca"] = report::pca(*analysis.pca);
  if (analysis.kmeans) json["kmeans"] = report::kmeans(analysis, *analysis.kmeans);
  if (analysis.affinity) json["affinity"] = report::affinity(analysis, *analysis.affinity);
  if (analysis.agreement) json["agreement"] = {{"adjusted_rand", *analysis.agreement}};
  if (analysis.near_duplicate_threshold || !analysis.near_duplicates.empty()) {
    json["near_duplicates"] = report::near_duplicates(analysis);
  }
  if (analysis.distinct_rows > 0) json["distinct_rows"] = analysis.distinct_rows;
  json["timings"] = with_timings ? report::timings(analysis.timings) : Json::array();
  json["notices"] = report::notices_json(analysis.notices);
  return report::pretty(json);
}

}  // namespace cohort
