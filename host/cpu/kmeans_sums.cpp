#include "host/cpu/kmeans_sums.hpp"

namespace cohort::cpu {

KMeansSums::KMeansSums(const CpuDataSet& data, Machine machine)
    : data_(data),
      machine_(machine),
      weights_(data.weights.empty() ? nullptr : data.weights.data()),
      weighting_(weighting_of(data)),
      terms_(weighting_),
      ranges_(column_ranges(data, machine)),
      grids_(value_grids(ranges_, weighting_)),
      steps_(steps_of(grids_)) {
  if (weights_ == nullptr) {
    total_weight_ = data.rows();
    return;
  }
  for (std::int64_t i = 0; i < data.rows(); ++i) total_weight_ += weight_term(i);
}

double KMeansSums::mean_variance() const {
  return mean_of(variances(data_, weighting_, ranges_,
                           terms_.means(totals(), grids_, total_weight_), machine_));
}

}  // namespace cohort::cpu
