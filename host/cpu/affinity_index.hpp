#pragma once
/// Which rows are near which. The rows are put in an order in which near ones are neighbours (a k-d
/// tree's), so that a box around 16 rows, or around 256, tells whether any of them can be near.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "host/cpu/affinity_similarities.hpp"

namespace cohort::cpu {

/// The columns that a search has seen, a block of 16 at a time.
struct FoundColumns {
  explicit FoundColumns(std::int64_t padded)
      : block(static_cast<std::size_t>(padded / kBlock)),
        fresh(block.size()),
        known(block.size()),
        similarity(static_cast<std::size_t>(padded)) {}

  std::int64_t count = 0;            ///< of blocks
  std::vector<std::int32_t> block;   ///< which
  std::vector<std::uint32_t> fresh;  ///< a bit for each lane with least <= w_i s(i,j) < below
  std::vector<std::uint32_t> known;  ///< a bit for each lane with below <= w_i s(i,j)
  std::vector<float> similarity;     ///< 16 for each block
};

/// Places are rows in the index's own order.
class NeighborIndex {
 public:
  virtual ~NeighborIndex() = default;

  /// Among places.
  [[nodiscard]] virtual const SimilarityRows& similarities() const = 0;
  /// The row of the data set at each place.
  [[nodiscard]] virtual std::span<const std::int32_t> order() const = 0;

  /// Every block with a lane for which w_i s(i,j) >= least; lanes that are i itself or behind the
  /// last row may be among them.
  virtual void find(std::int64_t i, float least, float below, FoundColumns& found) const = 0;

  /// A similarity w_i s(i,j) that about `wanted` others reach, at least as many where there are.
  [[nodiscard]] virtual float reached_by(std::int64_t i, std::int64_t wanted,
                                         FoundColumns& scratch) const = 0;
  /// One that half more others reach than `least`, roughly; below `least`. \param reached  how many
  /// reach `least`
  [[nodiscard]] virtual float further(std::int64_t i, float least, std::int64_t reached,
                                      FoundColumns& scratch) const = 0;
};

/// \param data, isa  outlive the result
[[nodiscard]] std::unique_ptr<NeighborIndex> index_of(const CpuDataSet& data, Isa isa);

/// In the rows' own order, every search going over all of them. \param similarities  outlives it
[[nodiscard]] std::unique_ptr<NeighborIndex> index_of(const SimilarityRows& similarities);

}  // namespace cohort::cpu
