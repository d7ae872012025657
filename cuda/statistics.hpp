#pragma once
/// Exact sums over a data set's rows, one for each feature: what means and variances are made of.

#include <cstdint>
#include <vector>

#include "cohort/column_sums.hpp"

#include "cuda/data_set.hpp"

namespace cohort::cuda {

/// Found at the first call for a data set, and kept by it.
[[nodiscard]] const ColumnRanges& column_ranges(const CudaDataSet& data, const Device& device);

/// Of the rows of weight 0 as well.
[[nodiscard]] ColumnRanges ranges_of_all_rows(const CudaDataSet& data, const Device& device);

/// The sums of weight x value, each value rounded to its feature's grid of so many steps a unit.
[[nodiscard]] std::vector<std::int64_t> value_sums(const CudaDataSet& data,
                                                   const std::vector<double>& steps,
                                                   const Device& device);

/// The population variances about `mean`.
[[nodiscard]] std::vector<double> variances(const CudaDataSet& data,
                                            const std::vector<double>& mean, const Device& device);

}  // namespace cohort::cuda
