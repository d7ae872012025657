/// What an analysis will cost, for the choice of a device; within a factor of a few.

#include <algorithm>
#include <cmath>

#include "cohort/analysis.hpp"

namespace cohort {

namespace {

/// Passes of K-means and iterations of affinity propagation that surveys usually take.
constexpr double kUsualPasses = 20;
constexpr double kUsualIterations = 150;
/// Instructions of an affinity message besides the similarity.
constexpr double kMessage = 20;

double kmeans_operations(double n, double d, const KMeansParams& params, std::int64_t rows,
                         std::int64_t features) {
  const auto k = static_cast<double>(params.n_clusters);
  const auto restarts = static_cast<double>(resolved_n_init(params, rows, features));
  const double starts = k * (2 + std::log(std::max(k, 1.0)));
  return n * d * restarts * (kUsualPasses * k + starts);
}

}  // namespace

double estimated_operations(const AnalysisInput& input, const Recipe& recipe,
                            const Stages& stages) {
  const std::int64_t rows = input.features.x.rows();
  const std::int64_t features = input.features.x.cols();
  const auto n = static_cast<double>(rows);
  const auto d = static_cast<double>(features);
  const auto compared = static_cast<double>(input.answers.rows());
  double total = compared * compared / 2 * static_cast<double>(input.answers.cols());
  if (stages.correlate || stages.pca) total += n * d * (d + 10);
  if (stages.kmeans) {
    total += kmeans_operations(n, d, recipe.kmeans.params, rows, features);
    if (rows <= kSilhouetteRows) total += n * n * (2 * d + 10);
  }
  if (stages.affinity && !(stages.affinity_if_small && rows > kAffinityRows))
    total += n * n * (2 * d + kMessage) * kUsualIterations;
  return total;
}

}  // namespace cohort
