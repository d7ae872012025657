// Labels and distances of wide problems, found both ways, against the CPU's; whatever the tensor
// cores make of their sums, as long as it is within the bound.

#include "cuda/nearest_wide.hpp"

#include <gtest/gtest.h>
#include <tensor_core_emulator.hpp>

#include "cuda/operations.hpp"
#include "cuda/tensor_core.hpp"
#include "cuda/transfer.hpp"
#include "tests/parity/data.hpp"

namespace cohort::cuda {
namespace {

using testing::bytes_of;
using testing::kAllValues;
using testing::matrix_of;
using testing::uniform;
using testing::Values;

class NearestWide : public ::testing::Test {
 protected:
  void TearDown() override {
    emu::tensor_core = {};
    emu::options = {};
  }

  template <class Label>
  struct Labelled {
    std::vector<Label> labels;
    std::vector<float> distances;
    std::int64_t left = 0;
  };

  template <class Label = std::int32_t>
  Labelled<Label> label(const Matrix<float>& x, const Matrix<float>& centers, WideMethod method,
                        bool with_distances) {
    const std::unique_ptr<CudaDataSet> data = upload(x.view(), {}, device_);
    const DeviceArray<float> on_gpu = on_device<float>(
        device_, {centers.data(), static_cast<std::size_t>(centers.rows() * centers.cols())});
    const DeviceArray<Label> labels(device_, x.rows());
    const DeviceArray<float> distances(device_, with_distances ? x.rows() : 0);
    const WideNearest nearest(device_, x.rows(), x.cols(), centers.rows(), method);
    nearest.label(data->view(), on_gpu.data(), labels.data(), distances.data());
    return {on_host(device_, labels), on_host(device_, distances), nearest.rows_left()};
  }

  Assignment on_cpu(const Matrix<float>& x, const Matrix<float>& centers) {
    return cpu_->assign(*cpu_->upload(x.view(), {}), centers.view());
  }

  /// Returns how many rows the filter left when labels only were asked for.
  std::int64_t expect_the_cpus_by_filter(const Matrix<float>& x, const Matrix<float>& centers) {
    const Assignment expected = on_cpu(x, centers);
    const auto both = label(x, centers, WideMethod::filter, true);
    EXPECT_EQ(bytes_of(both.labels), bytes_of(expected.labels));
    EXPECT_EQ(bytes_of(both.distances), bytes_of(expected.squared_distance));
    const auto labels_only = label(x, centers, WideMethod::filter, false);
    EXPECT_EQ(bytes_of(labels_only.labels), bytes_of(expected.labels));
    return labels_only.left;
  }
  void expect_the_cpus(const Matrix<float>& x, const Matrix<float>& centers) {
    expect_the_cpus_by_filter(x, centers);
    const Assignment expected = on_cpu(x, centers);
    const auto directly = label(x, centers, WideMethod::direct, true);
    EXPECT_EQ(bytes_of(directly.labels), bytes_of(expected.labels));
    EXPECT_EQ(bytes_of(directly.distances), bytes_of(expected.squared_distance));
  }

  Device device_{0};
  std::unique_ptr<Backend> cpu_ = make_cpu_backend(1);
};

std::string shape(std::int64_t n, std::int64_t d, std::int64_t k) {
  return std::to_string(n) + " x " + std::to_string(d) + ", k = " + std::to_string(k);
}

TEST_F(NearestWide, AnyNumberOfRows) {
  const Matrix<float> centers = matrix_of(Values::smooth, 70, 20, 2);
  for (const std::int64_t n :
       testing::cases<std::int64_t>({1, 2, 31, 32, 33, 63, 64, 65, 255, 256, 257, 300})) {
    SCOPED_TRACE(shape(n, 20, 70));
    expect_the_cpus(matrix_of(Values::smooth, n, 20, 1), centers);
  }
}

TEST_F(NearestWide, AnyNumberOfFeatures) {
  for (const std::int64_t d :
       testing::cases<std::int64_t>({1, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65, 128, 130, 257})) {
    SCOPED_TRACE(shape(40, d, 21));
    expect_the_cpus(matrix_of(Values::smooth, 40, d, 1), matrix_of(Values::smooth, 21, d, 2));
  }
}

TEST_F(NearestWide, AnyNumberOfCenters) {
  const Matrix<float> x = matrix_of(Values::smooth, 70, 9, 1);
  for (const std::int64_t k :
       {1, 2, 7, 8, 9, 16, 17, 32, 33, 63, 64, 65, 127, 128, 200, 256, 300}) {
    SCOPED_TRACE(shape(70, 9, k));
    expect_the_cpus(x, matrix_of(Values::smooth, k, 9, 2));
  }
}

TEST_F(NearestWide, FewerWarpsWhereATileIsLarge) {
  for (const std::int64_t d : testing::cases<std::int64_t>({352, 353, 752, 753, 1568})) {
    SCOPED_TRACE(shape(40, d, 3));
    expect_the_cpus_by_filter(matrix_of(Values::smooth, 40, d, 1),
                              matrix_of(Values::smooth, 3, d, 2));
  }
  EXPECT_EQ(wide_method(1000, 1568, 100), WideMethod::filter);
  EXPECT_EQ(wide_method(1000, 1569, 100), WideMethod::direct);
  EXPECT_EQ(wide_method(1000, 1LL << 40, 100), WideMethod::direct);
}

TEST_F(NearestWide, AnyValues) {
  for (const Values rows : kAllValues)
    for (const Values centers : kAllValues) {
      SCOPED_TRACE(std::to_string(static_cast<int>(rows)) + " " +
                   std::to_string(static_cast<int>(centers)));
      expect_the_cpus(matrix_of(rows, 65, 18, 1), matrix_of(centers, 66, 18, 2));
    }
}

/// Every value of a matrix through f(value, row, column).
template <class F>
Matrix<float> changed(Matrix<float> matrix, F f) {
  for (std::int64_t i = 0; i < matrix.rows(); ++i)
    for (std::int64_t j = 0; j < matrix.cols(); ++j)
      matrix.data()[i * matrix.cols() + j] = f(matrix.data()[i * matrix.cols() + j], i, j);
  return matrix;
}

TEST_F(NearestWide, AnyMagnitude) {
  const Matrix<float> x = matrix_of(Values::smooth, 33, 18, 1);
  const Matrix<float> centers = matrix_of(Values::smooth, 66, 18, 2);
  // Beyond 1e19 squares overflow, below 1e-19 they are subnormal, below 1e-38 the values are.
  for (const float unit :
       {1e38F, 1e20F, 1e19F, 1e15F, 1e-15F, 1e-19F, 1e-22F, 1e-30F, 1e-38F, 1e-41F, 1e-44F, 0.0F}) {
    SCOPED_TRACE(unit);
    const auto times_unit = [unit](float value, auto, auto) { return value * unit; };
    expect_the_cpus(changed(x, times_unit), changed(centers, times_unit));
    expect_the_cpus(changed(x, times_unit), centers);
    expect_the_cpus(x, changed(centers, times_unit));
  }
}

TEST_F(NearestWide, RowsWithoutAFiniteDistance) {
  const Matrix<float> x =
      changed(matrix_of(Values::smooth, 40, 18, 1),
              [](float value, auto i, auto) { return i % 3 == 0 ? 1e20F : value; });
  const Assignment expected = on_cpu(x, matrix_of(Values::smooth, 66, 18, 2));
  EXPECT_EQ(expected.labels[0], 0);
  EXPECT_EQ(expected.squared_distance[0], INFINITY);
  expect_the_cpus(x, matrix_of(Values::smooth, 66, 18, 2));
}

TEST_F(NearestWide, FeaturesFarFromZeroAndOfManySizes) {
  const auto far = [](float value, auto, auto j) {
    return (j % 3 == 0 ? 1e6F : j % 3 == 1 ? -300.0F : 0.0F) + value * (j % 4 == 0 ? 100.0F : 1.0F);
  };
  const std::int64_t left =
      expect_the_cpus_by_filter(changed(matrix_of(Values::smooth, 200, 40, 1), far),
                                changed(matrix_of(Values::smooth, 66, 40, 2), far));
  EXPECT_EQ(left, 0);
}

TEST_F(NearestWide, TheFilterDecidesByItself) {
  EXPECT_EQ(expect_the_cpus_by_filter(matrix_of(Values::smooth, 300, 33, 1),
                                      matrix_of(Values::smooth, 200, 33, 2)),
            0);
  EXPECT_EQ(expect_the_cpus_by_filter(matrix_of(Values::discrete, 300, 5, 1),
                                      matrix_of(Values::discrete, 40, 5, 2)),
            0);
  EXPECT_EQ(expect_the_cpus_by_filter(matrix_of(Values::smooth, 64, 9, 1),
                                      matrix_of(Values::smooth, 640, 9, 2)),
            0);
}

TEST_F(NearestWide, SmallLabels) {
  const Matrix<float> x = matrix_of(Values::discrete, 70, 12, 1);
  for (const std::int64_t k : {8, 16, 200, 256}) {
    const Matrix<float> centers = matrix_of(Values::discrete, k, 12, 2);
    const Assignment expected = on_cpu(x, centers);
    const std::vector<std::uint8_t> small(expected.labels.begin(), expected.labels.end());
    for (const WideMethod method : {WideMethod::direct, WideMethod::filter})
      EXPECT_EQ(bytes_of(label<std::uint8_t>(x, centers, method, false).labels), bytes_of(small));
  }
}

// ---------------------------------------------------------------- ties and what is nearly one

/// k centres in pairs that are close to each other.
Matrix<float> paired_centers(std::int64_t k, std::int64_t d, float apart) {
  return changed(matrix_of(Values::smooth, k, d, 2), [&](float value, auto c, auto j) {
    if (c % 2 == 0) return value;
    const auto at = static_cast<std::uint64_t>((c - 1) * d + j);
    return testing::value_of(Values::smooth, 2, at) +
           apart * static_cast<float>(uniform(3, at) - 0.5);
  });
}

/// Rows on the way from one centre of a pair to the other: half-way, and off by 2^-1, 2^-2, ... of
/// it, to either side.
Matrix<float> between_pairs(const Matrix<float>& centers, std::int64_t n) {
  const std::int64_t d = centers.cols();
  return changed(Matrix<float>(n, d), [&](float, auto i, auto j) {
    const std::int64_t pair = i % (centers.rows() / 2);
    const double off = std::ldexp(i % 4 < 2 ? 0.5 : -0.5, -static_cast<int>(i / 4 % 27));
    const double a = centers.data()[2 * pair * d + j];
    const double b = centers.data()[(2 * pair + 1) * d + j];
    return static_cast<float>((a + b) / 2 + (i % 29 == 0 ? 0.0 : off) * (a - b));
  });
}

TEST_F(NearestWide, NearTiesWithTheWorstSumsThatTheBoundAllows) {
  for (const std::int64_t d : {16, 37, 160})
    for (const float apart : {1.0F, 1e-2F, 1e-4F}) {
      const Matrix<float> centers = paired_centers(66, d, apart);
      const Matrix<float> x = between_pairs(centers, 120);
      const Assignment expected = on_cpu(x, centers);
      for (const emu::TensorCore& core : {emu::TensorCore{0, false, 1, true},
                                          emu::TensorCore{0.9 * kTensorCoreError, false, 2, false},
                                          emu::TensorCore{0.9 * kTensorCoreError, true, 3, true}}) {
        emu::tensor_core = core;
        SCOPED_TRACE(shape(120, d, 66) + " " + std::to_string(apart) + " " +
                     std::to_string(core.seed));
        const auto found = label(x, centers, WideMethod::filter, false);
        EXPECT_EQ(bytes_of(found.labels), bytes_of(expected.labels));
        EXPECT_LT(found.left, 10);
      }
    }
}

// The test above would see a bound that is too small: sums that are wrong beyond it do change
// labels.
TEST_F(NearestWide, SumsWorseThanTheBoundShow) {
  const Matrix<float> centers = paired_centers(70, 16, 1.0F);
  const Matrix<float> x = between_pairs(centers, 250);
  emu::tensor_core = {1000 * kTensorCoreError, true, 7, false};
  EXPECT_NE(bytes_of(label(x, centers, WideMethod::filter, false).labels),
            bytes_of(on_cpu(x, centers).labels));
}

// Everything as bad as the bound has it: every feature of the row and of the two nearest centres is
// rounded to a half against the one that is nearest, the products have one magnitude, and the sums
// err against it too. (1 + 2^-11 lies between two halves. Centre 1 is minus centre 0; the others
// are farther, and no longer.)
TEST_F(NearestWide, EveryErrorAgainstTheWinner) {
  constexpr float kDown = 1 + 0x1p-11F - 0x1p-18F;
  constexpr float kUp = 1 + 0x1p-11F + 0x1p-18F;
  for (const std::int64_t d : {64, 1568}) {
    const Matrix<float> centers = changed(Matrix<float>(20, d), [](float, auto c, auto j) {
      if (c > 1) return j % 2 == 0 ? -1.0F : 1.0F;
      return (c == 0 ? 1.0F : -1.0F) * (j % 2 == 0 ? kDown : kUp);
    });
    const auto lean = static_cast<float>(static_cast<double>(d) * 1.5 * 0x1p-17);
    const Matrix<float> x = changed(Matrix<float>(33, d), [&](float, auto, auto j) {
      return (j == 0 ? lean : 0.0F) + (j % 2 == 0 ? kDown : -kUp);
    });
    ASSERT_EQ(on_cpu(x, centers).labels[0], 0);
    for (const double error : {0.0, 0.95 * kTensorCoreError}) {
      emu::tensor_core = {error, true, 1, false};
      SCOPED_TRACE(shape(33, d, 20) + " " + std::to_string(error));
      EXPECT_EQ(expect_the_cpus_by_filter(x, centers), 0);
    }
  }
}

TEST_F(NearestWide, ExactTiesGoToTheLowest) {
  // Rows of integers half-way between centres of integers, and centres that come again.
  const Matrix<float> centers = changed(Matrix<float>(130, 17), [](float, auto c, auto j) {
    return static_cast<float>((c % 65) * 4 + (j % 2) * 3);
  });
  const Matrix<float> x = changed(Matrix<float>(300, 17), [](float, auto i, auto j) {
    return static_cast<float>((i % 130) * 2 + (j % 2) * 3);
  });
  expect_the_cpus(x, centers);
}

// ---------------------------------------------------------------- what the filter leaves

TEST_F(NearestWide, LeavesRowsThatAreTooFarOut) {
  // Row 40 in all features; 50 and 51 in two, so that infinite halves add up to NaN.
  const Matrix<float> x =
      changed(matrix_of(Values::smooth, 65, 18, 1), [](float value, auto i, auto j) {
        if (i == 40) return 2e4F;
        if (i != 50 && i != 51) return value;
        return j == 3 ? 2e4F : j == 4 ? (i == 50 ? 2e3F : -2e3F) : value;
      });
  EXPECT_EQ(expect_the_cpus_by_filter(x, matrix_of(Values::smooth, 20, 18, 2)), 3);
}

TEST_F(NearestWide, LeavesRowsWithTooManyCandidates) {
  // All centres alike: 70 candidates.
  EXPECT_EQ(expect_the_cpus_by_filter(matrix_of(Values::smooth, 65, 18, 1),
                                      matrix_of(Values::constant, 70, 18, 2)),
            65);
  // The same centres again in each of five chunks: one note more than there is room for.
  const Matrix<float> again = changed(Matrix<float>(320, 18), [](float, auto c, auto j) {
    return testing::value_of(Values::smooth, 2, static_cast<std::uint64_t>(c % 64 * 18 + j));
  });
  EXPECT_EQ(expect_the_cpus_by_filter(matrix_of(Values::smooth, 65, 18, 1), again), 65);
  // Every centre ten times: 12 rows of a tile fill its list of pairs.
  const Matrix<float> ten_times = changed(Matrix<float>(60, 18), [](float, auto c, auto j) {
    return testing::value_of(Values::smooth, 2, static_cast<std::uint64_t>(c / 10 * 18 + j));
  });
  EXPECT_EQ(expect_the_cpus_by_filter(matrix_of(Values::smooth, 64, 18, 1), ten_times), 40);
}

TEST_F(NearestWide, GivesUpWhereTooManyRowsAreLeft) {
  const Matrix<float> centers = matrix_of(Values::smooth, 20, 8, 2);
  const auto out = [](std::int64_t one_in) {
    return changed(matrix_of(Values::smooth, 7000, 8, 1), [=](float value, auto i, auto) {
      return i % 100 < 100 / one_in ? 2e4F : value;
    });
  };
  EXPECT_EQ(expect_the_cpus_by_filter(out(4), centers), 7000 / 4);  // a quarter: goes on
  EXPECT_GT(expect_the_cpus_by_filter(out(2), centers), 7000 / 2);  // half: leaves the others too
}

TEST_F(NearestWide, UnderEverySchedule) {
  const Matrix<float> centers = paired_centers(130, 70, 1e-2F);
  const Matrix<float> x = between_pairs(centers, 300);
  for (const emu::Order order : {emu::Order::forward, emu::Order::reverse, emu::Order::random})
    for (const std::uint64_t seed : {1, 2}) {
      emu::options.order = order;
      emu::options.seed = seed;
      emu::options.jitter = seed == 1 ? 0 : 3;
      expect_the_cpus(x, centers);
      if (order != emu::Order::random) break;
    }
}

}  // namespace
}  // namespace cohort::cuda
