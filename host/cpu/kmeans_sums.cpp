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
      steps_(steps_of(grids_)),
      totals_(value_sums(data, weighting_, steps_, machine)) {
  if (weights_ == nullptr) {
    total_weight_ = data.rows();
    return;
  }
  for (std::int64_t i = 0; i < data.rows(); ++i) total_weight_ += weight_term(i);
}

double KMeansSums::mean_variance() const {
  std::vector<double> means;
  for (std::int64_t j = 0; j < data_.features(); ++j)
    means.push_back(mean(totals_[static_cast<std::size_t>(j)], total_weight_, j));
  double total = 0;
  for (const double variance : variances(data_, weighting_, ranges_, means, machine_))
    total += variance;
  return total / static_cast<double>(data_.features());
}

}  // namespace cohort::cpu
