#include <algorithm>
#include <bit>

#include "cuda/download.hpp"
#include "cuda/operations.hpp"
#include "cuda/percent_match.cuh"
#include "cuda/scan.hpp"

namespace cohort::cuda {

namespace {

constexpr std::int64_t kWarps = kMatchThreads / 32;

/// Where each group's words begin: one for what was answered, and one for each bit of its codes.
std::vector<std::int32_t> word_begins(const Answers& answers, const Device& device) {
  const DeviceArray<unsigned> used = zeros<unsigned>(device, answers.groups());
  // At least a warp for each group.
  const std::int64_t tasks = std::max(answers.rows, kWarps) * answers.groups();
  const unsigned filling =
      device.blocks_for(find_used_bits, kMatchThreads, 0, (tasks + kWarps - 1) / kWarps);
  const auto blocks =
      std::max(filling, static_cast<unsigned>((answers.groups() + kWarps - 1) / kWarps));
  launch(device.stream(), {dim3(blocks), dim3(kMatchThreads)}, find_used_bits, answers,
         used.data());
  std::vector<std::int32_t> begin = {0};
  for (const unsigned bits : on_host(device, used))
    begin.push_back(begin.back() + 1 + static_cast<std::int32_t>(std::bit_width(bits)));
  return begin;
}

/// The answers in the GPU's memory, bit by bit.
class Packed {
 public:
  Packed(MatrixView<const std::int32_t> answers, const Device& device) {
    const DeviceArray<std::int32_t> codes = on_device<std::int32_t>(
        device, {answers.data(), static_cast<std::size_t>(answers.rows() * answers.cols())});
    const Answers there{codes.data(), answers.rows(), answers.cols()};
    const std::vector<std::int32_t> begin = word_begins(there, device);
    begin_ = on_device<std::int32_t>(device, begin);
    view_ = {nullptr, begin_.data(), there.rows, there.groups(), begin.back()};
    words_ = DeviceArray<unsigned>(device, view_.tiles() * view_.row_words * kTileRows);
    view_.words = words_.data();
    const unsigned blocks = device.blocks_for(pack_answers, kMatchThreads, 0,
                                              (view_.tiles() * view_.groups + kWarps - 1) / kWarps);
    launch(device.stream(), {dim3(blocks), dim3(kMatchThreads)}, pack_answers, there, view_,
           words_.data());
  }
  [[nodiscard]] const PackedAnswers& view() const { return view_; }

 private:
  DeviceArray<unsigned> words_;
  DeviceArray<std::int32_t> begin_;
  PackedAnswers view_{};
};

/// Parts of the rows that pass: whole tiles, few enough that what is counted for each row and part
/// stays little, and large enough to be worth a warp's while.
struct Parts {
  explicit Parts(std::int64_t rows) {
    constexpr std::int64_t kMost = 16;
    constexpr std::int64_t kLeastRows = 1024;
    part_rows =
        std::max(kLeastRows, (rows + kMost - 1) / kMost + kTileRows - 1) / kTileRows * kTileRows;
    count = (rows + part_rows - 1) / part_rows;
  }
  std::int64_t part_rows, count;
};

template <bool kWrite>
void match(const PackedAnswers& answers, const MatchRule& rule, const Parts& parts,
           std::int64_t* places, MatchingPair* pairs, const Device& device) {
  constexpr std::int64_t kBlockRows = kWarps * kMatchTiles * kTileRows;
  const dim3 grid(static_cast<unsigned>((answers.rows + kBlockRows - 1) / kBlockRows),
                  static_cast<unsigned>(parts.count));
  launch(device.stream(), {grid, dim3(kMatchThreads)}, match_rows<kWrite>, answers, rule,
         parts.part_rows, places, pairs);
}

}  // namespace

std::vector<MatchingPair> percent_match(MatrixView<const std::int32_t> answers, double threshold,
                                        const Device& device) {
  const std::int64_t n = answers.rows();
  if (n < 2 || answers.cols() == 0) return {};
  const Parts parts(n);
  // Codes and, at worst, a word for each of their bits; counts.
  device.require_memory(8.0 * static_cast<double>(n) * static_cast<double>(answers.cols()) +
                            8.0 * static_cast<double>(n) * static_cast<double>(parts.count),
                        "comparing respondents", "use --device cpu or fewer rows");
  const Packed packed(answers, device);
  const MatchRule rule(threshold, answers.cols());
  const std::int64_t most = most_matching_pairs();
  const DeviceArray<std::int64_t> places = zeros<std::int64_t>(device, n * parts.count + 1);
  match<false>(packed.view(), rule, parts, places.data(), nullptr, device);
  const std::int64_t found = scan_exclusively(places, device);
  if (found > most) refuse_matching_pairs(most, threshold);
  if (found == 0) return {};
  device.require_memory(static_cast<double>(found) * sizeof(MatchingPair),
                        "keeping the pairs found", "raise the threshold or take fewer rows");
  const DeviceArray<MatchingPair> pairs(device, found);
  match<true>(packed.view(), rule, parts, places.data(), pairs.data(), device);
  return much_on_host(device, pairs);
}

}  // namespace cohort::cuda
