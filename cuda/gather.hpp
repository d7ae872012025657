#pragma once
/// Some rows of a data set as one of their own.

#include <cstdint>
#include <memory>

#include "cuda/data_set.hpp"

namespace cohort::cuda {

/// The rows listed, in that order and without weights; -0 becomes 0.
[[nodiscard]] std::unique_ptr<CudaDataSet> gather(const CudaDataSet& data,
                                                  const DeviceArray<std::int64_t>& rows,
                                                  const Device& device);

}  // namespace cohort::cuda
