#include "cohort/profile.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "cohort/error.hpp"

#include "host/engine/profile_medoids.hpp"
#include "host/engine/profile_modes.hpp"
#include "host/engine/profile_words.hpp"
#include "host/engine/row_weights.hpp"

namespace cohort {

namespace {

constexpr double kTelling = 0.3;
constexpr std::size_t kFewValues = 20;

/// Rows in k groups and, behind them, those without one.
class Grouping {
 public:
  Grouping(const FeatureMatrix& features, std::span<const std::int32_t> labels, std::int64_t k)
      : weights_(features.weights, features.x.rows()),
        ones_(weights_.grid(1)),
        groups_(static_cast<std::size_t>(k) + 1),
        members(groups_),
        group_of(labels.size()),
        row_weight(labels.size()),
        group_weight(groups_) {
    const double one = ones_.steps_per_unit();
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const std::size_t group = labels[i] < 0 ? groups_ - 1 : static_cast<std::size_t>(labels[i]);
      const WeightCut cut = weights_[i];
      group_of[i] = static_cast<std::uint32_t>(group);
      row_weight[i] = weighted_term(one, cut.whole, cut.part);
      group_weight[group] += row_weight[i];
      members[group].push_back(static_cast<std::int64_t>(i));
    }
    for (const std::int64_t weight : group_weight) total_weight += weight;
  }

  [[nodiscard]] std::size_t groups() const { return groups_; }
  [[nodiscard]] const RowWeights& weights() const { return weights_; }
  /// A sum of weighted terms over rows that weigh `weight` together, as their mean.
  [[nodiscard]] double mean(double sum, std::int64_t weight) const {
    return weight > 0 ? sum / from_grid(weight, ones_) : 0;
  }

 private:
  RowWeights weights_;
  Grid ones_;
  std::size_t groups_;

 public:
  std::vector<std::vector<std::int64_t>> members;  ///< rows of each group, ascending
  std::vector<std::uint32_t> group_of;             ///< each row's
  std::vector<std::int64_t> row_weight, group_weight;
  std::int64_t total_weight = 0;
};

/// One feature's values over all rows.
struct FeatureValues {
  FeatureValues(const FeatureMatrix& features, std::int64_t feature, const RowWeights& weights) {
    x.reserve(static_cast<std::size_t>(features.x.rows()));
    for (std::int64_t i = 0; i < features.x.rows(); ++i) {
      x.push_back(features.x(i, feature));
      if (!weights.counts(static_cast<std::size_t>(i))) continue;
      minimum = any ? std::min(minimum, x.back()) : x.back();
      maximum = any ? std::max(maximum, x.back()) : x.back();
      any = true;
    }
  }
  std::vector<float> x;
  float minimum = 0, maximum = 0;
  bool any = false;
};

/// Means of every group and of everyone, who come last.
std::vector<double> means(const FeatureValues& values, const Grouping& grouping) {
  const Grid grid = grouping.weights().grid(
      static_cast<double>(std::max(std::abs(values.minimum), std::abs(values.maximum))));
  const double steps = grid.steps_per_unit();
  std::vector<std::int64_t> sums(grouping.groups());
  for (std::size_t i = 0; i < values.x.size(); ++i) {
    const WeightCut cut = grouping.weights()[i];
    sums[grouping.group_of[i]] +=
        weighted_term(on_grid(static_cast<double>(values.x[i]), steps), cut.whole, cut.part);
  }
  std::vector<double> result;
  std::int64_t everyone = 0;
  for (std::size_t g = 0; g < sums.size(); ++g) {
    everyone += sums[g];
    result.push_back(grouping.mean(from_grid(sums[g], grid), grouping.group_weight[g]));
  }
  result.back() = grouping.mean(from_grid(everyone, grid), grouping.total_weight);
  return result;
}

/// Everyone's standard deviation; 0 for a constant.
double deviation(const FeatureValues& values, double mean, const Grouping& grouping) {
  if (values.minimum == values.maximum) return 0;
  const double largest = std::max(std::abs(static_cast<double>(values.minimum) - mean),
                                  std::abs(static_cast<double>(values.maximum) - mean));
  const Grid grid = grouping.weights().grid(largest * largest);
  const double steps = grid.steps_per_unit();
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < values.x.size(); ++i) {
    const double difference = static_cast<double>(values.x[i]) - mean;
    const WeightCut cut = grouping.weights()[i];
    sum += weighted_term(on_grid(difference * difference, steps), cut.whole, cut.part);
  }
  return std::sqrt(grouping.mean(from_grid(sum, grid), grouping.total_weight));
}

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
  for (std::size_t c = 0; c + 1 < grouping.groups(); ++c) {
    const auto size = static_cast<double>(grouping.members[c].size());
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
  const Grouping grouping(features, labels, k);
  const auto d = static_cast<std::size_t>(features.x.cols());
  Profiles profiles;
  profiles.everyone.resize(d);
  profiles.clusters.resize(static_cast<std::size_t>(k));
  for (ClusterProfile& cluster : profiles.clusters) cluster.features.resize(d);
  std::vector<char> few_valued(d);
  pool.run(features.x.cols(), [&](std::int64_t feature, int) {
    const auto j = static_cast<std::size_t>(feature);
    const FeatureValues values(features, feature, grouping.weights());
    const std::vector<double> mean = means(values, grouping);
    const Modes modes =
        modes_of(values.x, grouping.group_of, grouping.row_weight, grouping.groups());
    const double spread = deviation(values, mean.back(), grouping);
    profiles.everyone[j] = profile_of(mean.back(), modes.of.back(), grouping.total_weight);
    few_valued[j] = modes.distinct <= kFewValues ? 1 : 0;
    for (std::size_t c = 0; c < profiles.clusters.size(); ++c) {
      FeatureProfile& profile = profiles.clusters[c].features[j];
      profile = profile_of(mean[c], modes.of[c], grouping.group_weight[c]);
      if (spread > 0 && grouping.group_weight[c] > 0)
        profile.difference = (mean[c] - mean.back()) / spread;
    }
  });
  const bool all_pairs = pairs_in(grouping) <= static_cast<double>(kMedoidPairs);
  pool.run(k, [&](std::int64_t number, int) {
    const auto c = static_cast<std::size_t>(number);
    ClusterProfile& cluster = profiles.clusters[c];
    cluster.size = static_cast<std::int64_t>(grouping.members[c].size());
    cluster.share =
        static_cast<double>(grouping.group_weight[c]) / static_cast<double>(grouping.total_weight);
    cluster.telling = telling_features(cluster.features);
    cluster.medoid = all_pairs ? central_member(grouping.members[c], scaled, grouping.weights())
                               : mean_member(grouping.members[c], scaled, grouping.weights());
    cluster.words = words_for(cluster, profiles.everyone, features.features,
                              {few_valued.begin(), few_valued.end()});
  });
  return profiles;
}

}  // namespace cohort
