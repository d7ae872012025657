// The list of a row's excesses, at lengths that no fit of a test's size comes to: what a warp does
// to it, 32 entries at a time, is what one loop over it would do.

#include "cuda/affinity_excess.cuh"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "cuda/device.hpp"
#include "tests/parity/data.hpp"

namespace cohort::cuda {
namespace {

using cohort::testing::uniform;

constexpr std::int64_t kRows = 192;
constexpr float kSigma = 0.75F;
constexpr float kRho = -1.5F;

/// What happens to a row's list.
struct Turn {
  int length;
  RowWinner winner;
  std::int32_t leader;
};

/// A warp a row.
__global__ void update_lists(GivenSimilarities source, Messages m, const Turn* turns) {
  const Turn& turn = turns[blockIdx.x];
  update_excess(source, m, blockIdx.x, turn.winner, turn.leader, kSigma, kRho);
}

class ExcessLists : public ::testing::Test {
 protected:
  ExcessLists() {
    for (std::size_t at = 0; at < similarities_.size(); ++at) {
      similarities_[at] = static_cast<float>(-4 * uniform(1, at));
      availability_[at] = static_cast<float>(-uniform(2, at));
    }
    messages_.rows = messages_.padded = messages_.capacity = kRows;
    messages_.keep = 0.5F;
    messages_.move = 0.5F;
    messages_.least = 0x1p-10F;
    messages_.steps_per_unit = 0x1p30;
    messages_.availability = availability_.data();
    messages_.excess = lists_.data();
    messages_.excess_count = counts_.data();
    messages_.sums = sums_.data();
  }

  /// Fills row i's list with `length` entries in columns other than i, one in three of them about
  /// to fall below the least.
  void fill(std::int64_t i, int length) {
    counts_[static_cast<std::size_t>(i)] = length;
    for (int e = 0; e < length; ++e) {
      const auto draw = static_cast<std::uint64_t>(i * kRows + e);
      const auto column = static_cast<std::int32_t>((i + 1 + 7 * e) % kRows);
      const float value = uniform(3, draw) < 0.33
                              ? 0x1.8p-10F
                              : 0x1p-9F + 0x1p-3F * static_cast<float>(uniform(4, draw));
      lists_[at(i, e)] = {column, value, static_cast<float>(-uniform(5, draw)),
                          similarities_[at(i, column)]};
      availability_[at(i, column)] = kMark;
    }
  }

  static std::size_t at(std::int64_t i, std::int64_t j) {
    return static_cast<std::size_t>(i * kRows + j);
  }
  static std::int64_t grid_term(float similarity, float excess) {
    const float r = responsibility(kSigma, similarity, kRho, excess);
    return static_cast<std::int64_t>(on_grid(positive_part(r), 0x1p30));
  }
  /// By column.
  std::map<std::int32_t, Excess> list_of(std::int64_t i) const {
    std::map<std::int32_t, Excess> list;
    for (int e = 0; e < counts_[static_cast<std::size_t>(i)]; ++e)
      list[lists_[at(i, e)].column] = lists_[at(i, e)];
    return list;
  }
  /// The same turn, an entry at a time.
  void expect_turn(std::int64_t i, const Turn& turn, std::vector<std::int64_t>& sums) {
    std::map<std::int32_t, Excess>& list = expected_[i] = list_of(i);
    for (auto& [column, entry] : list) entry.value *= messages_.keep;
    if (!turn.winner.is_self) {
      const float gain = messages_.move * static_cast<float>(turn.winner.best - turn.winner.second);
      const auto own = at(i, turn.leader);
      const auto [entry, is_new] = list.try_emplace(
          turn.leader, Excess{turn.leader, 0, availability_[own], similarities_[own]});
      entry->second.value += gain;
    }
    for (auto entry = list.begin(); entry != list.end();) {
      const auto& [column, excess] = *entry;
      const bool stays = excess.value >= messages_.least;
      expected_availability_[at(i, column)] = stays ? kMark : excess.availability;
      if (stays)
        sums[static_cast<std::size_t>(column)] +=
            grid_term(excess.similarity, excess.value) - grid_term(excess.similarity, 0);
      entry = stays ? std::next(entry) : list.erase(entry);
    }
  }

  std::vector<float> similarities_ = std::vector<float>(kRows * kRows);
  std::vector<float> weights_ = std::vector<float>(kRows, 1.0F);
  std::vector<float> availability_ = std::vector<float>(kRows * kRows);
  std::vector<float> expected_availability_;
  std::vector<Excess> lists_ = std::vector<Excess>(kRows * kRows);
  std::vector<std::int32_t> counts_ = std::vector<std::int32_t>(kRows);
  std::vector<WrappingSum> sums_ = std::vector<WrappingSum>(kRows);
  std::map<std::int64_t, std::map<std::int32_t, Excess>> expected_;
  Messages messages_ = {};
};

TEST_F(ExcessLists, AreUpdatedAsOneLoopWould) {
  std::vector<Turn> turns;
  for (const int length : {0, 1, 2, 31, 32, 33, 63, 64, 65, 96, 100, 128})
    for (int what = 0; what < 6; ++what) {
      const auto i = static_cast<std::int32_t>(turns.size());
      Turn turn{length, {3, 2.5, false}, 0};
      const auto column_of = [&](int e) {
        return static_cast<std::int32_t>((i + 1 + 7 * e) % kRows);
      };
      turn.leader = column_of(length);                                   // a new column
      if (what == 1 && length > 0) turn.leader = column_of(length - 1);  // the last entry
      if (what == 2 && length > 0) turn.leader = column_of(0);
      if (what == 3) turn.winner = {3, 2.5, true};      // the row itself
      if (what == 4) turn.winner.second = 3 - 0x1p-11;  // a gain that is too small
      if (what == 5) turn.leader = column_of(length / 2);
      turns.push_back(turn);
      fill(i, length);
    }
  expected_availability_ = availability_;
  std::vector<std::int64_t> sums(kRows);
  for (std::int64_t i = 0; i < std::ssize(turns); ++i)
    expect_turn(i, turns[static_cast<std::size_t>(i)], sums);

  const Device device(0);
  launch(device.stream(), {dim3(static_cast<unsigned>(turns.size())), dim3(32)}, update_lists,
         GivenSimilarities(similarities_.data(), weights_.data(), kRows, kRows), messages_,
         turns.data());
  device.wait();
  for (std::int64_t i = 0; i < std::ssize(turns); ++i) {
    SCOPED_TRACE(::testing::Message()
                 << "row " << i << ", " << turns[static_cast<std::size_t>(i)].length << " entries");
    const auto found = list_of(i);
    ASSERT_EQ(found.size(), expected_[i].size());
    ASSERT_EQ(std::ssize(found), counts_[static_cast<std::size_t>(i)]);
    for (const auto& [column, entry] : expected_[i]) {
      ASSERT_EQ(found.count(column), 1U);
      EXPECT_EQ(found.at(column).value, entry.value);
      EXPECT_EQ(found.at(column).availability, entry.availability);
      EXPECT_EQ(found.at(column).similarity, entry.similarity);
    }
  }
  EXPECT_EQ(availability_, expected_availability_);
  for (std::size_t j = 0; j < kRows; ++j)
    EXPECT_EQ(static_cast<std::int64_t>(sums_[j]), sums[j]) << j;
}

}  // namespace
}  // namespace cohort::cuda
