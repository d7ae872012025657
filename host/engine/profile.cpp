#include "cohort/profile.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "cohort/error.hpp"

#include "host/engine/profile_groups.hpp"
#include "host/engine/profile_means.hpp"
#include "host/engine/profile_medoids.hpp"
#include "host/engine/profile_modes.hpp"
#include "host/engine/profile_power.hpp"
#include "host/engine/profile_words.hpp"

namespace cohort {

namespace {

constexpr double kTelling = 0.3;
constexpr std::size_t kFewValues = 20;

FeatureProfile profile_of(double mean, const Mode& mode, std::int64_t weight) {
  FeatureProfile profile;
  profile.mean = mean;
  profile.mode = static_cast<double>(mode.value);
  if (weight > 0)
    profile.mode_share = static_cast<double>(mode.weight) / static_cast<double>(weight);
  return profile;
}

/// Features far enough from everyone's mean, the farthest first.
std::vector<std::int64_t> telling_features(const std::vector<FeatureProfile>& features) {
  std::vector<std::int64_t> telling;
  for (std::size_t j = 0; j < features.size(); ++j) {
    if (std::abs(features[j].difference) >= kTelling)
      telling.push_back(static_cast<std::int64_t>(j));
  }
  std::stable_sort(telling.begin(), telling.end(), [&](std::int64_t a, std::int64_t b) {
    return std::abs(features[static_cast<std::size_t>(a)].difference) >
           std::abs(features[static_cast<std::size_t>(b)].difference);
  });
  return telling;
}

/// Pairs of rows that share a group.
double pairs_in(const Grouping& grouping) {
  double pairs = 0;
  for (std::int64_t c = 0; c + 1 < grouping.groups(); ++c) {
    const auto size = static_cast<double>(grouping.size(c));
    pairs += size * (size - 1) / 2;
  }
  return pairs;
}

void check(const FeatureMatrix& features, MatrixView<const float> scaled,
           std::span<const std::int32_t> labels, std::int64_t k) {
  const std::int64_t n = features.x.rows();
  if (static_cast<std::int64_t>(labels.size()) != n || scaled.rows() != n)
    throw UsageError(fmt::format("profiles of {} rows were given {} labels and {} scaled rows", n,
                                 labels.size(), scaled.rows()));
  const auto outside =
      std::find_if(labels.begin(), labels.end(), [&](auto label) { return label >= k; });
  if (outside != labels.end())
    throw UsageError(fmt::format("profiles of {} clusters were given the label {}", k, *outside));
}

}  // namespace

Profiles profile_clusters(const FeatureMatrix& features, MatrixView<const float> scaled,
                          std::span<const std::int32_t> labels, std::int64_t k, ThreadPool& pool) {
  check(features, scaled, labels, k);
  const RowWeights weights(features.weights, features.x.rows());
  const Grouping grouping(weights, labels, k, pool);
  const FeatureMeans means = feature_means(features.x, grouping, pool);
  const std::vector<Modes> modes = modes_of(features.x, grouping, pool);
  const std::vector<std::int64_t> medoids = pairs_in(grouping) <= static_cast<double>(kMedoidPairs)
                                                ? central_members(scaled, grouping, pool)
                                                : mean_members(scaled, grouping, pool);

  Profiles profiles;
  std::vector<bool> few_valued;
  for (std::size_t j = 0; j < modes.size(); ++j) {
    profiles.everyone.push_back(profile_of(means.mean(k, static_cast<std::int64_t>(j)),
                                           modes[j].of.back(), grouping.total_weight()));
    few_valued.push_back(modes[j].distinct <= kFewValues);
  }
  for (std::int64_t c = 0; c < k; ++c) {
    ClusterProfile cluster;
    cluster.size = grouping.size(c);
    cluster.share = static_cast<double>(grouping.group_weight(c)) /
                    static_cast<double>(grouping.total_weight());
    for (std::size_t j = 0; j < modes.size(); ++j) {
      const double mean = means.mean(c, static_cast<std::int64_t>(j));
      FeatureProfile profile =
          profile_of(mean, modes[j].of[static_cast<std::size_t>(c)], grouping.group_weight(c));
      if (means.deviation[j] > 0 && grouping.group_weight(c) > 0)
        profile.difference = (mean - profiles.everyone[j].mean) / means.deviation[j];
      cluster.features.push_back(profile);
    }
    cluster.telling = telling_features(cluster.features);
    cluster.medoid = medoids[static_cast<std::size_t>(c)];
    cluster.words = words_for(cluster, profiles.everyone, features.features, few_valued);
    profiles.clusters.push_back(std::move(cluster));
  }
  profiles.power = discriminating_power(features, grouping, profiles.clusters, pool);
  return profiles;
}

}  // namespace cohort
