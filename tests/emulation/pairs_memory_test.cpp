// What does not fit the GPU is refused with the numbers, before it is taken.

#include <cuda_runtime_emulator.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cohort/error.hpp"

#include "cuda/backend.hpp"
#include "tests/parity/data.hpp"

namespace cohort::cuda {
namespace {

using ::testing::MatchesRegex;

class PairsMemory : public ::testing::Test {
 protected:
  void TearDown() override { emu::device = {}; }

  /// Expects `operation` to be refused where so many bytes are left, and to work with more.
  template <class Operation>
  void expect_refusal(std::size_t bytes, const std::string& message, const Operation& operation) {
    // What was given back is free when the stream has come that far, which copies wait for.
    (void)gpu_->download(*gpu_->upload(Matrix<float>(1, 1).view(), {}));
    emu::device.memory = emu::heap.used() + bytes;
    try {
      operation();
      ADD_FAILURE() << "not refused: " << message;
    } catch (const MemoryError& error) {
      EXPECT_THAT(error.what(), MatchesRegex(message));
    }
    emu::device = {};
    operation();
  }

  std::unique_ptr<Backend> gpu_ = make_backend(make_cpu_backend(1), 0);
};

TEST_F(PairsMemory, OfLookingForDuplicates) {
  const DataSetPtr data =
      gpu_->upload(testing::matrix_of(testing::Values::smooth, 1000, 2, 61).view(), {});
  expect_refusal(15000,
                 "looking for duplicate rows needs 20 kB of GPU memory and 15 kB are available; "
                 "use --device cpu or fewer rows",
                 [&] { (void)gpu_->distinct(*data); });
}

TEST_F(PairsMemory, OfDistinctRows) {
  const DataSetPtr data =
      gpu_->upload(testing::matrix_of(testing::Values::smooth, 1000, 20, 61).view(), {});
  expect_refusal(60000,
                 "keeping the distinct rows needs .* kB of GPU memory and .* kB are available; "
                 "use --device cpu or fewer rows",
                 [&] { (void)gpu_->distinct(*data); });
}

TEST_F(PairsMemory, OfSilhouettes) {
  const DataSetPtr data =
      gpu_->upload(testing::matrix_of(testing::Values::smooth, 100, 5, 62).view(), {});
  std::vector<std::int32_t> labels(100, 0);
  labels[0] = 1;
  expect_refusal(5000,
                 "the silhouette needs 6.05 kB of GPU memory and 5 kB are available; use --device "
                 "cpu or fewer rows",
                 [&] { (void)gpu_->silhouette(*data, labels, 2); });
}

TEST_F(PairsMemory, OfComparingRespondents) {
  const Matrix<std::int32_t> answers(100, 3);
  expect_refusal(1000,
                 "comparing respondents needs 3.2 kB of GPU memory and 1 kB are available; use "
                 "--device cpu or fewer rows",
                 [&] { (void)gpu_->percent_match(answers.view(), 0.5); });
  expect_refusal(60000,
                 "keeping the pairs found needs 119 kB of GPU memory and .* kB are available; "
                 "raise the threshold or take fewer rows",
                 [&] { (void)gpu_->percent_match(answers.view(), 0.5); });
}

TEST_F(PairsMemory, OfMessagesIsTheHostsWhereTheFormIsLeftOpen) {
  const Matrix<float> x = testing::matrix_of(testing::Values::smooth, 300, 2, 5);
  const DataSetPtr data = gpu_->upload(x, {});
  AffinityParams params;
  params.max_iter = 3;
  const AffinityFit expected = gpu_->affinity(*data, params);
  (void)gpu_->take_notices();
  emu::device.memory = emu::heap.used() + (100 << 10);
  const AffinityFit found = gpu_->affinity(*data, params);
  EXPECT_EQ(found.form, AffinityForm::sparse);
  EXPECT_EQ(found.exemplars, expected.exemplars);
  EXPECT_EQ(found.net_similarity, expected.net_similarity);
  const Notices notices = gpu_->take_notices();
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_THAT(notices[0].text, ::testing::HasSubstr("sparse lists: affinity propagation among"));
  params.form = AffinityForm::dense;
  expect_refusal(100 << 10, "affinity propagation among 300 distinct rows needs .*",
                 [&] { (void)gpu_->affinity(*data, params); });
}

}  // namespace
}  // namespace cohort::cuda
