#pragma once
/// A K-means fit that draws nothing.

#include "cohort/kmeans.hpp"

namespace cohort::testing {

[[nodiscard]] inline KMeansParams from(const Matrix<float>& centers) {
  KMeansParams params;
  params.n_clusters = centers.rows();
  params.init = KMeansInit::given;
  params.centers = centers;
  params.n_init = 1;
  return params;
}

}  // namespace cohort::testing
