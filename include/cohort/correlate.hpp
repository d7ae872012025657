#pragma once
/// Pearson correlation: the full matrix, the strongest pairs, and what to drop.

#include <cstdint>
#include <string>
#include <vector>

#include "cohort/backend.hpp"
#include "cohort/features.hpp"

namespace cohort {

struct CorrelatedPair {
  std::int64_t a = 0, b = 0;  ///< feature indices, a < b
  double r = 0;
};

struct Correlations {
  Matrix<double> r;  ///< d x d; NaN in the rows and columns of constant features
};

/// \throws DataError when there are no rows
[[nodiscard]] Correlations correlate(Backend& backend, const DataSet& data);

/// All pairs a < b by falling |r| (ties: lower a, then lower b), constants left out, at most `top`.
[[nodiscard]] std::vector<CorrelatedPair> strongest_pairs(const Correlations& correlations,
                                                          std::int64_t top);

/// Of each pair with |r| above the threshold, strongest first, the later feature goes, unless one
/// of the two has gone already. Ascending indices.
[[nodiscard]] std::vector<std::int64_t> redundant_features(const Correlations& correlations,
                                                           double threshold);

}  // namespace cohort
