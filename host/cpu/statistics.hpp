#pragma once
/// Exact sums over a data set's rows, one for each feature: what means and variances are made of.

#include <cstdint>
#include <span>
#include <vector>

#include "host/cpu/column_ranges.hpp"
#include "host/cpu/exact_lanes.hpp"

namespace cohort::cpu {

/// The sums of weight x value, each value rounded to its feature's grid.
[[nodiscard]] std::vector<std::int64_t> value_sums(const CpuDataSet& data,
                                                   const RowWeighting& weighting,
                                                   const std::vector<double>& steps,
                                                   Machine machine);

/// The population variances about `mean`.
[[nodiscard]] std::vector<double> variances(const CpuDataSet& data, const RowWeighting& weighting,
                                            const ColumnRanges& ranges,
                                            const std::vector<double>& mean, Machine machine);

}  // namespace cohort::cpu
