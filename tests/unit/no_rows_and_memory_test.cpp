// What has nothing to work on, or not the memory for it, is refused in one line.

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cohort/agreement.hpp"
#include "cohort/correlate.hpp"
#include "cohort/error.hpp"
#include "cohort/kmeans.hpp"
#include "cohort/memory.hpp"
#include "cohort/pca.hpp"
#include "cohort/scale.hpp"
#include "cohort/silhouette.hpp"

namespace cohort {
namespace {

using ::testing::HasSubstr;

TEST(NoRows, AreRefusedByEveryStage) {
  const auto backend = make_cpu_backend(2);
  FeatureMatrix features;
  features.x = Matrix<float>(0, 2);
  features.features.resize(2);
  const DataSetPtr data = backend->upload(features.x, {});
  EXPECT_THROW((void)correlate(*backend, *data), DataError);
  for (const ScaleMethod method : {ScaleMethod::standard, ScaleMethod::minmax, ScaleMethod::robust})
    EXPECT_THROW((void)fit_scaling(*backend, *data, features, method), DataError);
  EXPECT_THROW((void)pca(*backend, *data, 1), UsageError);
  EXPECT_THROW((void)kmeans(*backend, *data, {}), DataError);
  EXPECT_THROW((void)affinity(*backend, *data, {}), DataError);
  EXPECT_THROW((void)silhouette(*backend, *data, {}), UsageError);
  EXPECT_EQ(backend->download(*data).rows(), 0);
  EXPECT_TRUE(backend->percent_match(Matrix<std::int32_t>(0, 3), 0.5).empty());
}

TEST(Memory, IsRefusedWithNumbers) {
  EXPECT_NO_THROW(require_memory(1, "a byte", "nothing"));
  try {
    require_memory(1e30, "the matrix", "take fewer rows");
    FAIL() << "1e30 bytes were promised";
  } catch (const MemoryError& error) {
    EXPECT_THAT(error.what(), HasSubstr("the matrix needs 1e+15 PB of memory and "));
    EXPECT_THAT(error.what(), HasSubstr(" are available; take fewer rows"));
  }
}

TEST(Memory, IsReadInDecimalUnits) {
  EXPECT_EQ(readable_bytes(0), "0 B");
  EXPECT_EQ(readable_bytes(999), "999 B");
  EXPECT_EQ(readable_bytes(999.6), "1 kB");
  EXPECT_EQ(readable_bytes(13.44e9), "13.4 GB");
}

/// Quadratic work asks before it allocates: no machine has memory for this many rows of nothing.
TEST(Memory, IsAskedForBeforeQuadraticWork) {
  const auto backend = make_cpu_backend(1);
  const std::int64_t rows = 40'000'000;
  const MatrixView<const double> nothing(nullptr, rows, 0);
  EXPECT_THROW((void)affinity_sklearn(nothing, {}), MemoryError);
  const MatrixView<const float> similarities(nullptr, rows, rows);
  EXPECT_THROW((void)backend->affinity(similarities, {}, {}), MemoryError);
  const std::vector<std::int32_t> a = {0, 2'000'000'000};
  EXPECT_THROW((void)contingency(a, a), MemoryError);
}

}  // namespace
}  // namespace cohort
