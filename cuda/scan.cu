#include "cuda/scan.cuh"
#include "cuda/scan.hpp"
#include "cuda/transfer.hpp"

namespace cohort::cuda {

namespace {

void scan(std::int64_t* values, std::int64_t n, const Device& device) {
  const std::int64_t blocks = (n + kScanBlock - 1) / kScanBlock;
  const LaunchShape shape{dim3(static_cast<unsigned>(blocks)), dim3(kScanThreads)};
  const DeviceArray<std::int64_t> totals(device, blocks);
  launch(device.stream(), shape, scan_blocks, values, n, totals.data());
  if (blocks == 1) return;
  scan(totals.data(), blocks, device);
  launch(device.stream(), shape, add_block_starts, values, n, totals.data());
}

}  // namespace

std::int64_t scan_exclusively(const DeviceArray<std::int64_t>& values, const Device& device) {
  if (values.size() == 0) return 0;
  scan(values.data(), values.size(), device);
  std::int64_t total = 0;
  copy_to_host<std::int64_t>(device, values.data() + values.size() - 1, std::span(&total, 1));
  return total;
}

}  // namespace cohort::cuda
