#include "host/engine/profile_power.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "cohort/matrix.hpp"
#include "cohort/row_chunks.hpp"

namespace cohort {

namespace {

/// A table this large would compare groups with levels that hardly anyone has.
constexpr std::int64_t kMostLevelsTimesGroups = 1 << 20;

double eta_squared(const std::vector<ClusterProfile>& clusters, std::size_t feature) {
  double between = 0;
  for (const ClusterProfile& cluster : clusters) {
    const double difference = cluster.features[feature].difference;
    between += cluster.share * difference * difference;
  }
  return std::clamp(between, 0.0, 1.0);
}

/// levels x groups: the weight of the rows that have both.
Matrix<std::int64_t> levels_by_groups(MatrixView<const float> x, std::int64_t feature,
                                      std::int64_t levels, const Grouping& grouping,
                                      ThreadPool& pool) {
  std::vector<Matrix<std::int64_t>> workers(static_cast<std::size_t>(pool.threads()),
                                            Matrix<std::int64_t>(levels, grouping.groups()));
  over_row_chunks(pool, x.rows(), [&](std::int64_t first, std::int64_t last, int worker) {
    Matrix<std::int64_t>& own = workers[static_cast<std::size_t>(worker)];
    for (std::int64_t i = first; i < last; ++i)
      own(static_cast<std::int64_t>(x(i, feature)) - 1, grouping.of(i)) += grouping.weight(i);
  });
  for (std::size_t w = 1; w < workers.size(); ++w)
    for (std::int64_t i = 0; i < levels * grouping.groups(); ++i)
      workers[0].data()[i] += workers[w].data()[i];
  return std::move(workers[0]);
}

double cramers_v_squared(const Matrix<std::int64_t>& weights, const Grouping& grouping) {
  std::int64_t levels = 0;
  std::int64_t groups = 0;
  for (std::int64_t g = 0; g < weights.cols(); ++g) groups += grouping.group_weight(g) > 0 ? 1 : 0;
  double phi_squared = -1;
  for (std::int64_t level = 0; level < weights.rows(); ++level) {
    std::int64_t of_level = 0;
    for (const std::int64_t weight : weights.row(level)) of_level += weight;
    if (of_level == 0) continue;
    ++levels;
    for (std::int64_t g = 0; g < weights.cols(); ++g) {
      if (grouping.group_weight(g) == 0) continue;
      const auto both = static_cast<double>(weights(level, g));
      phi_squared += both / static_cast<double>(of_level) *
                     (both / static_cast<double>(grouping.group_weight(g)));
    }
  }
  const std::int64_t smaller = std::min(levels, groups);
  return smaller < 2 ? 0 : std::clamp(phi_squared / static_cast<double>(smaller - 1), 0.0, 1.0);
}

}  // namespace

std::vector<double> discriminating_power(const FeatureMatrix& features, const Grouping& grouping,
                                         const std::vector<ClusterProfile>& clusters,
                                         ThreadPool& pool) {
  std::vector<double> power(features.features.size());
  for (std::int64_t j = 0; j < std::ssize(power); ++j) {
    const auto feature = static_cast<std::size_t>(j);
    const auto levels = std::ssize(features.features[feature].levels);
    const bool by_levels = features.features[feature].kind == FeatureKind::codes &&
                           levels <= kMostLevelsTimesGroups / grouping.groups();
    power[feature] =
        by_levels
            ? cramers_v_squared(levels_by_groups(features.x, j, levels, grouping, pool), grouping)
            : eta_squared(clusters, feature);
  }
  return power;
}

}  // namespace cohort
