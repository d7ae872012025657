// Labels and distances of wide problems, both ways, against the CPU's, whatever the tensor cores
// make of their sums within the bound.

#include "cuda/nearest_wide.hpp"

#include <algorithm>

#include <gtest/gtest.h>
#include <tensor_core_emulator.hpp>

#include "cohort/backend.hpp"

#include "cuda/operations.hpp"
#include "cuda/transfer.hpp"
#include "tests/parity/data.hpp"

namespace cohort::cuda {
namespace {

using testing::bytes_of;
using testing::matrix_of;
using testing::uniform;
using testing::Values;

class WideNearestTest : public ::testing::Test {
 protected:
  void TearDown() override {
    emu::tensor_core = {};
    emu::options = {};
  }

  template <class Label>
  struct Labelled {
    std::vector<Label> labels;
    std::vector<float> distances;
  };

  template <class Label = std::int32_t>
  Labelled<Label> on_gpu(const Matrix<float>& x, const Matrix<float>& centers, WideMethod method,
                         bool with_distances = true) {
    const std::unique_ptr<CudaDataSet> data = upload(x.view(), {}, device_);
    const DeviceArray<float> on_device_centers = on_device<float>(
        device_, {centers.data(), static_cast<std::size_t>(centers.rows() * centers.cols())});
    const DeviceArray<Label> labels(device_, x.rows());
    const DeviceArray<float> distances(device_, with_distances ? x.rows() : 0);
    const WideNearest nearest(device_, x.rows(), x.cols(), centers.rows(), method);
    nearest.label(data->view(), on_device_centers.data(), labels.data(), distances.data());
    return {on_host(device_, labels), on_host(device_, distances)};
  }

  Assignment on_cpu(const Matrix<float>& x, const Matrix<float>& centers) {
    return cpu_->assign(*cpu_->upload(x.view(), {}), centers.view());
  }

  void expect_the_cpus(const Matrix<float>& x, const Matrix<float>& centers, WideMethod method) {
    const Assignment expected = on_cpu(x, centers);
    const auto found = on_gpu(x, centers, method);
    EXPECT_EQ(bytes_of(found.labels), bytes_of(expected.labels));
    EXPECT_EQ(bytes_of(found.distances), bytes_of(expected.squared_distance));
    const auto labels_only = on_gpu(x, centers, method, false);
    EXPECT_EQ(bytes_of(labels_only.labels), bytes_of(expected.labels));
  }

  Device device_{0};
  std::unique_ptr<Backend> cpu_ = make_cpu_backend(1);
};

const WideMethod kBoth[] = {WideMethod::direct, WideMethod::filter};

TEST_F(WideNearestTest, Shapes) {
  for (const WideMethod method : kBoth)
    for (const std::int64_t d : {1, 7, 16, 33, 65})
      for (const std::int64_t k : {1, 2, 8, 63, 64, 65, 130}) {
        SCOPED_TRACE(std::to_string(static_cast<int>(method)) + " " + std::to_string(d) + " " +
                     std::to_string(k));
        expect_the_cpus(matrix_of(Values::smooth, 70, d, 1), matrix_of(Values::smooth, k, d, 2),
                        method);
      }
}

}  // namespace
}  // namespace cohort::cuda
