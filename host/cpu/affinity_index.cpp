#include "host/cpu/affinity_index.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "cohort/affinity_arithmetic.hpp"

#include "host/cpu/kd_order.hpp"

namespace cohort::cpu {

namespace {

constexpr float kInfiniteBound = std::numeric_limits<float>::infinity();

/// What a search goes by.
struct Search {
  const float* point;
  float weight, least, below;
  std::int64_t features, rows;
};

/// The least and the largest value of each feature in boxes, 16 boxes side by side as a data set
/// has rows: d x 16 of the least, then of the largest.
class Boxes {
 public:
  Boxes(std::int64_t count, std::int64_t features)
      : count_(count),
        features_(features),
        bounds_(static_cast<std::size_t>(groups() * 32 * features)) {
    for (std::int64_t g = 0; g < groups(); ++g) {
      float* bounds = bounds_.data() + g * 32 * features;
      std::fill_n(bounds, kBlock * features, kInfiniteBound);
      std::fill_n(bounds + kBlock * features, kBlock * features, -kInfiniteBound);
    }
  }

  [[nodiscard]] std::int64_t count() const { return count_; }
  [[nodiscard]] std::int64_t groups() const { return (count_ + kBlock - 1) / kBlock; }
  /// 2 x d x 16
  [[nodiscard]] const float* group(std::int64_t g) const {
    return bounds_.data() + g * 32 * features_;
  }

  void hold(std::int64_t box, std::int64_t feature, float value) {
    float* at = bounds_.data() + (box / kBlock * 2 * features_ + feature) * kBlock + box % kBlock;
    float& least = *at;
    float& largest = at[features_ * kBlock];
    least = std::min(least, value);
    largest = std::max(largest, value);
  }

 private:
  std::int64_t count_, features_;
  LargeVector<float> bounds_;
};

/// The largest w s(i,j) that 16 boxes can hold, as bits: which reach `least`.
///
/// That nothing in a box is more similar than its bound holds in float32 as it is computed: for y
/// in [low, high], |x - y| >= gap = max(0, low - x, x - high), rounding keeps the order, and so
/// does every further step: fma(gap, gap, total) grows with both, feature by feature in the order
/// in which squared distances are summed, and weighted_similarity() falls as the distance grows.
template <int W>
[[gnu::always_inline]] inline std::uint32_t boxes_that_reach(const float* boxes,
                                                             const Search& search) {
  using F = typename Lanes<W>::F;
  using I = typename Lanes<W>::I;
  std::uint32_t reach = 0;
  for (std::int64_t lane = 0; lane < kBlock; lane += W) {
    F total{};
    for (std::int64_t f = 0; f < search.features; ++f) {
      const float* low = boxes + f * kBlock + lane;
      const F x = F{} + search.point[f];
      const F under = *reinterpret_cast<const F*>(low) - x;
      const F over = x - *reinterpret_cast<const F*>(low + search.features * kBlock);
      const F gap = positive_part(larger(under, over));
      total = Lanes<W>::fma(gap, gap, total);
    }
    const I is_near = weighted_similarity(F{} + search.weight, total) >= F{} + search.least;
    reach |= Lanes<W>::bits(is_near) << lane;
  }
  return reach;
}

/// Down the two levels of boxes to the rows.
struct BoxSearch {
  template <int W>
  [[gnu::always_inline]] static void run(const Search* search, const Boxes* outer,
                                         const Boxes* inner, const float* rows,
                                         FoundColumns* found) {
    using F = typename Lanes<W>::F;
    const std::int64_t d = search->features;
    std::int64_t count = 0;
    for (std::int64_t o = 0; o < outer->groups(); ++o) {
      std::uint32_t groups = boxes_that_reach<W>(outer->group(o), *search);
      for (; groups != 0; groups &= groups - 1) {
        const std::int64_t g = o * kBlock + __builtin_ctz(groups);
        if (g >= outer->count()) break;
        std::uint32_t blocks = boxes_that_reach<W>(inner->group(g), *search);
        for (; blocks != 0; blocks &= blocks - 1) {
          const std::int64_t block = g * kBlock + __builtin_ctz(blocks);
          if (block >= inner->count()) break;
          const float* x = rows + block * d * kBlock;
          std::uint32_t fresh = 0;
          std::uint32_t known = 0;
          for (std::int64_t lane = 0; lane < kBlock; lane += W) {
            F total{};
            for (std::int64_t f = 0; f < d; ++f) {
              const F difference =
                  search->point[f] - *reinterpret_cast<const F*>(x + f * kBlock + lane);
              total = Lanes<W>::fma(difference, difference, total);
            }
            const F s = weighted_similarity(F{} + search->weight, total);
            *reinterpret_cast<F*>(found->similarity.data() + count * kBlock + lane) = s;
            const std::uint32_t old = Lanes<W>::bits(s >= F{} + search->below);
            known |= old << lane;
            fresh |= (Lanes<W>::bits(s >= F{} + search->least) & ~old) << lane;
          }
          // What lies behind the last row lies in no box.
          const std::int64_t absent = (block + 1) * kBlock - search->rows;
          const std::uint32_t present = absent > 0 ? 0xffffU >> absent : 0xffffU;
          fresh &= present;
          known &= present;
          if ((fresh | known) == 0) continue;
          const auto at = static_cast<std::size_t>(count++);
          found->block[at] = static_cast<std::int32_t>(block);
          found->fresh[at] = fresh;
          found->known[at] = known;
        }
      }
    }
    found->count = count;
  }
};

class FeatureIndex final : public NeighborIndex {
 public:
  FeatureIndex(const CpuDataSet& data, Isa isa)
      : isa_(isa),
        order_(kd_order(data)),
        rows_(in_order(data, order_)),
        similarities_(similarities_of(rows_, isa)),
        blocks_(rows_.blocks(), rows_.features()),
        groups_(blocks_.groups(), rows_.features()),
        growth_(std::pow(1.5F, 2.0F / static_cast<float>(std::clamp<std::int64_t>(
                                          rows_.features(), 1, kMostDimensions)))) {
    for (std::int64_t i = 0; i < rows_.rows(); ++i)
      for (std::int64_t f = 0; f < rows_.features(); ++f) {
        blocks_.hold(i / kBlock, f, rows_.at(i, f));
        groups_.hold(i / (kBlock * kBlock), f, rows_.at(i, f));
      }
  }

  [[nodiscard]] const SimilarityRows& similarities() const override { return *similarities_; }
  [[nodiscard]] std::span<const std::int32_t> order() const override { return order_; }

  void find(std::int64_t i, float least, float below, FoundColumns& found) const override {
    std::vector<float> point(static_cast<std::size_t>(rows_.features()));
    for (std::int64_t f = 0; f < rows_.features(); ++f)
      point[static_cast<std::size_t>(f)] = rows_.at(i, f);
    const Search search{point.data(), similarities_->weight(i), least,
                        below,        rows_.features(),         rows_.rows()};
    dispatch<BoxSearch>(isa_, &search, &groups_, &blocks_, rows_.block(0), &found);
  }

  /// Among the 256 rows of its own group.
  [[nodiscard]] float reached_by(std::int64_t i, std::int64_t wanted,
                                 FoundColumns& scratch) const override {
    const std::int64_t first = i / (kBlock * kBlock) * kBlock;
    const std::int64_t last = std::min(first + kBlock, rows_.blocks());
    std::vector<std::int32_t> near(static_cast<std::size_t>(last - first));
    std::iota(near.begin(), near.end(), static_cast<std::int32_t>(first));
    similarities_->blocks(i, similarities_->weight(i), near, scratch.similarity.data());
    const auto begin = scratch.similarity.begin() + first * kBlock;
    const auto end = scratch.similarity.begin() + std::min(last * kBlock, rows_.rows());
    if (end - begin <= wanted) return -kInfiniteBound;
    std::nth_element(begin, begin + wanted - 1, end, std::greater<>());
    return begin[wanted - 1];
  }

  /// The number of rows within a distance grows with its d-th power, where they fill the space.
  [[nodiscard]] float further(std::int64_t /*i*/, float least, std::int64_t /*reached*/,
                              FoundColumns& /*scratch*/) const override {
    const float next = least * growth_;
    return next < least ? next : -kInfiniteBound;
  }

 private:
  /// Rows seldom fill more dimensions than that.
  static constexpr std::int64_t kMostDimensions = 12;

  [[nodiscard]] static CpuDataSet in_order(const CpuDataSet& data,
                                           const std::vector<std::int32_t>& order) {
    CpuDataSet result(data.rows(), data.features());
    if (!data.weights.empty()) result.weights.resize(data.weights.size());
    for (std::int64_t place = 0; place < data.rows(); ++place) {
      const std::int64_t row = order[static_cast<std::size_t>(place)];
      for (std::int64_t f = 0; f < data.features(); ++f) result.at(place, f) = data.at(row, f);
      if (!data.weights.empty())
        result.weights[static_cast<std::size_t>(place)] =
            data.weights[static_cast<std::size_t>(row)];
    }
    return result;
  }

  Isa isa_;
  std::vector<std::int32_t> order_;
  CpuDataSet rows_;
  std::unique_ptr<SimilarityRows> similarities_;
  Boxes blocks_, groups_;
  float growth_;
};

/// Without features every search goes over the whole row.
class RowIndex final : public NeighborIndex {
 public:
  explicit RowIndex(const SimilarityRows& similarities)
      : similarities_(similarities), order_(static_cast<std::size_t>(similarities.rows())) {
    std::iota(order_.begin(), order_.end(), 0);
  }

  [[nodiscard]] const SimilarityRows& similarities() const override { return similarities_; }
  [[nodiscard]] std::span<const std::int32_t> order() const override { return order_; }

  void find(std::int64_t i, float least, float below, FoundColumns& found) const override {
    float* s = found.similarity.data();
    similarities_.row(i, similarities_.weight(i), s);
    std::size_t count = 0;
    for (std::int64_t block = 0; block < similarities_.padded() / kBlock; ++block, s += kBlock) {
      std::uint32_t fresh = 0;
      std::uint32_t known = 0;
      for (std::int64_t lane = 0; lane < kBlock; ++lane) {
        known |= (s[lane] >= below ? 1U : 0U) << lane;
        fresh |= (s[lane] >= least && s[lane] < below ? 1U : 0U) << lane;
      }
      if ((fresh | known) == 0) continue;
      found.block[count] = static_cast<std::int32_t>(block);
      found.fresh[count] = fresh;
      found.known[count] = known;
      std::copy_n(s, kBlock,
                  found.similarity.begin() + static_cast<std::ptrdiff_t>(count++) * kBlock);
    }
    found.count = static_cast<std::int64_t>(count);
  }

  [[nodiscard]] float reached_by(std::int64_t i, std::int64_t wanted,
                                 FoundColumns& scratch) const override {
    if (similarities_.rows() <= wanted) return -kInfiniteBound;
    similarities_.row(i, similarities_.weight(i), scratch.similarity.data());
    const auto begin = scratch.similarity.begin();
    std::nth_element(begin, begin + wanted - 1, begin + similarities_.rows(), std::greater<>());
    return begin[wanted - 1];
  }

  [[nodiscard]] float further(std::int64_t i, float least, std::int64_t reached,
                              FoundColumns& scratch) const override {
    const float next = reached_by(i, reached + reached / 2 + 2, scratch);
    return next < least ? next : -kInfiniteBound;
  }

 private:
  const SimilarityRows& similarities_;
  std::vector<std::int32_t> order_;
};

}  // namespace

std::unique_ptr<NeighborIndex> index_of(const CpuDataSet& data, Isa isa) {
  return std::make_unique<FeatureIndex>(data, isa);
}

std::unique_ptr<NeighborIndex> index_of(const SimilarityRows& similarities) {
  return std::make_unique<RowIndex>(similarities);
}

}  // namespace cohort::cpu
