// The same groups, copies and weights as the CPU's, whoever comes first; rows that share a hash
// stay apart.

#include <algorithm>
#include <bit>
#include <cmath>
#include <unordered_map>
#include <vector>

#include <gtest/gtest.h>

#include "cohort/distinct_arithmetic.hpp"

#include "tests/parity/data.hpp"
#include "tests/parity/device_under_test.hpp"

namespace cohort::testing {
namespace {

/// What a data set's weights do: their total, and silhouettes of clusters 0 1 2 0 1 2 ..., which
/// depend on each.
std::string what_weights_do(Backend& backend, const DataSet& data) {
  std::vector<std::int32_t> labels;
  for (std::int64_t i = 0; i < data.rows(); ++i) labels.push_back(static_cast<std::int32_t>(i % 3));
  const SilhouetteResult result = backend.silhouette(data, labels, 3);
  const double total = backend.column_statistics(data).total_weight;
  return bytes_of(result.values) + bytes_of(&result.mean, 1) + bytes_of(&total, 1);
}

class DistinctParity : public Parity {
 protected:
  /// Returns what it found, for more to be expected of it.
  DistinctRows expect_equal(const Matrix<float>& x, const std::vector<float>& weights) {
    const DistinctRows expected = cpu().distinct(*cpu().upload(x.view(), weights));
    DistinctRows found = gpu().distinct(*gpu().upload(x.view(), weights));
    EXPECT_EQ(found.first, expected.first);
    EXPECT_EQ(found.group, expected.group);
    EXPECT_EQ(found.counts, expected.counts);
    EXPECT_EQ(found.data->rows(), expected.data->rows());
    EXPECT_EQ(found.data->features(), expected.data->features());
    EXPECT_EQ(bytes_of(gpu().download(*found.data)), bytes_of(cpu().download(*expected.data)));
    if (x.rows() > 0) {
      EXPECT_EQ(what_weights_do(gpu(), *found.data), what_weights_do(cpu(), *expected.data));
    }
    return found;
  }
};

TEST_F(DistinctParity, FindsTheSameGroups) {
  for (const std::int64_t n : kRowCounts)
    for (const Values values : {Values::smooth, Values::discrete, Values::constant})
      for (const Weighting weighting : kAllWeightings) {
        SCOPED_TRACE(::testing::Message() << n << " rows, values " << static_cast<int>(values)
                                          << ", weights " << static_cast<int>(weighting));
        (void)expect_equal(matrix_of(values, n, 3, 11), weights_of(weighting, n, 12));
      }
  for (const std::int64_t d : cases<std::int64_t>({1, 2, 31, 32, 33, 65}))
    (void)expect_equal(matrix_of(Values::discrete, 70, d, 11), {});
}

TEST_F(DistinctParity, OfNoRowsIsNone) {
  const DistinctRows found = expect_equal(Matrix<float>(0, 3), {});
  EXPECT_EQ(found.data->rows(), 0);
}

TEST_F(DistinctParity, MinusZeroIsZero) {
  Matrix<float> x = matrix_of(Values::wide_range, 500, 3, 13);  // a tenth zeros, half of them minus
  for (std::int64_t i = 0; i < 1500; ++i)
    if (x.data()[i] != 0 && i % 3 != 0) x.data()[i] = 1;
  for (std::int64_t i = 0; i < 500; ++i) x(i, 0) = x(i, 0) < 0 ? -0.0F : 0.0F;
  const DistinctRows found = expect_equal(x, weights_of(Weighting::fractional, 500, 14));
  EXPECT_EQ(found.first.size(), 4U);
}

// More groups than a block counts in its own memory, in rows that come again behind all others.
TEST_F(DistinctParity, CountsManyGroupsAndFew) {
  constexpr std::int64_t kRows = 2500;
  Matrix<float> x = matrix_of(Values::smooth, kRows, 2, 15);
  for (std::int64_t i = 1500; i < kRows; ++i)
    for (std::int64_t j = 0; j < 2; ++j) x(i, j) = x(i % 3 == 0 ? 1400 : i % 7, j);
  for (const Weighting weighting : kAllWeightings)
    EXPECT_EQ(expect_equal(x, weights_of(weighting, kRows, 16)).first.size(), 1500U);
}

TEST_F(DistinctParity, WeighsGroupsInAnyUnit) {
  const Matrix<float> x = matrix_of(Values::discrete, 200, 2, 17);
  for (const float unit : {0x1p-100F, 0x1p-40F, 0x1p40F, 0x1p100F}) {
    std::vector<float> weights = weights_of(Weighting::fractional, 200, 18);
    for (float& weight : weights) weight *= unit;
    (void)expect_equal(x, weights);
  }
}

std::uint64_t hash_of(const std::vector<float>& row) {
  std::uint64_t hash = kNoHash;
  for (const float value : row) hash = hash_with(hash, value);
  return hash;
}

/// Rows of three features in pairs that share all 64 bits of their hash. (Among some hundred
/// thousand hashes of two features some agree in their upper half; the third makes up for the
/// lower.)
std::vector<std::vector<float>> colliding_rows(std::size_t pairs) {
  std::vector<std::vector<float>> rows;
  std::unordered_map<std::uint64_t, std::vector<float>> seen;
  for (std::uint64_t i = 0; rows.size() < 2 * pairs; ++i) {
    std::vector<float> row = {value_of(Values::smooth, 23, i), value_of(Values::smooth, 24, i)};
    const auto [other, is_new] = seen.emplace(hash_of(row) >> 32, row);
    if (is_new || other->second == row) continue;
    std::vector<float> twin = other->second;
    const auto difference = static_cast<std::uint32_t>(hash_of(row) ^ hash_of(twin));
    row.push_back(1);
    twin.push_back(std::bit_cast<float>(std::bit_cast<std::uint32_t>(1.0F) ^ difference));
    if (!(std::abs(twin.back()) < 1e15F)) continue;
    rows.push_back(row);
    rows.push_back(twin);
  }
  return rows;
}

TEST_F(DistinctParity, TellsApartRowsThatShareAHash) {
  const std::vector<std::vector<float>> rows = colliding_rows(6);
  for (std::size_t r = 0; r < rows.size(); r += 2) {
    ASSERT_EQ(hash_of(rows[r]), hash_of(rows[r + 1]));
    ASSERT_NE(rows[r], rows[r + 1]);
  }
  constexpr std::int64_t kRows = 300;
  Matrix<float> x(kRows, 3);
  for (std::int64_t i = 0; i < kRows; ++i) {
    const std::vector<float>& row = rows[static_cast<std::size_t>(
        uniform(19, static_cast<std::uint64_t>(i)) * static_cast<double>(rows.size()))];
    std::copy(row.begin(), row.end(), &x(i, 0));
  }
  under_every_schedule([&] {
    const DistinctRows found = expect_equal(x, weights_of(Weighting::fractional, kRows, 20));
    EXPECT_EQ(found.first.size(), rows.size());
  });
}

// Their search goes over the table's end, and on from its beginning.
TEST_F(DistinctParity, RowsThatAllWantTheLastSlot) {
  constexpr std::int64_t kRows = 60;
  Matrix<float> x(kRows, 1);
  std::int64_t found = 0;
  for (std::uint64_t i = 0; found < kRows / 2; ++i) {
    const float value = value_of(Values::smooth, 25, i);
    if (below(hash_with(kNoHash, value), 2 * kRows) == 2 * kRows - 1) x(found++, 0) = value;
  }
  for (; found < kRows; ++found) x(found, 0) = x(found / 3, 0);
  under_every_schedule([&] { EXPECT_EQ(expect_equal(x, {}).first.size(), kRows / 2U); });
}

TEST_F(DistinctParity, IsTheSameUnderEverySchedule) {
  for (const std::int64_t n : {65, 700}) {
    const Matrix<float> x = matrix_of(Values::discrete, n, 3, 21);
    const std::vector<float> weights = weights_of(Weighting::fractional, n, 22);
    under_every_schedule([&] { (void)expect_equal(x, weights); });
  }
}

}  // namespace
}  // namespace cohort::testing
