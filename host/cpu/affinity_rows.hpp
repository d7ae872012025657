#pragma once
/// What is stored of a row's pairs: a list of those that can matter (ListedRow), or a number for
/// every column, in blocks of 16 of which only those that can matter are looked at (WholeRow). What
/// is not stored is zero.

#include <cstdint>
#include <span>
#include <vector>

#include "cohort/affinity_arithmetic.hpp"
#include "cohort/exact_sum.hpp"
#include "cohort/large_memory.hpp"

#include "host/cpu/affinity_index.hpp"

namespace cohort::cpu {

/// An entry of D: what R(i,j) exceeds the row's plain formula by. `at`: where the row stores the
/// pair.
struct Excess {
  std::int32_t at;
  float value;
};

/// What a row's messages need to know besides its own pairs. The arrays are over all columns,
/// padded.
struct RowContext {
  float keep, move;
  float least;  ///< what is nearer to zero becomes zero
  const float* alpha;
  const float* support;
  double steps_per_unit;
  std::int64_t* sums;  ///< positive responsibilities of the columns, on the grid
};

/// One row's formula for R.
struct RowTerms {
  float sigma, rho;
  const float* excess;  ///< zero where there is none; by place in the row
};

/// A row's pairs with the columns that its list holds.
class ListedRow {
 public:
  /// Adds the fresh ones of `found`.
  void extend(std::int64_t row, std::int64_t rows, const FoundColumns& found);

  /// All B of the row, one iteration on; the two largest A + S.
  TopTwo<OneElement> advance(const RowTerms& before, const RowContext& context, Isa isa);
  /// The two largest alone.
  [[nodiscard]] TopTwo<OneElement> leaders(const RowContext& context, Isa isa);
  void add_responsibilities(const RowTerms& after, const RowContext& context, Isa isa) const;

  [[nodiscard]] std::int64_t neighbors() const { return size_; }
  [[nodiscard]] std::int32_t column_at(std::int32_t at) const {
    return groups_[static_cast<std::size_t>(at / kBlock)].column[at % kBlock];
  }
  [[nodiscard]] float availability_at(std::int32_t at) const {
    return groups_[static_cast<std::size_t>(at / kBlock)].availability[at % kBlock];
  }
  /// What so many neighbours take.
  [[nodiscard]] static std::int64_t bytes(std::int64_t neighbors) {
    return (neighbors + kBlock - 1) / kBlock * static_cast<std::int64_t>(sizeof(Group));
  }

  /// 16 pairs, those behind the last with no similarity to column 0.
  struct alignas(64) Group {
    std::int32_t column[kBlock];
    float similarity[kBlock];
    float availability[kBlock];
  };

 private:
  LargeVector<Group> groups_;
  std::int64_t size_ = 0;
};

/// A number for each column.
class WholeRow {
 public:
  explicit WholeRow(std::int64_t padded) : availability_(static_cast<std::size_t>(padded), 0.0F) {}

  void extend(const FoundColumns& found);
  /// Takes over what a list held. \param found  all blocks that are to be looked at
  void take(const ListedRow& list, const FoundColumns& found);

  // As ListedRow has them. similarity: padded, filled for blocks().
  TopTwo<OneElement> advance(const RowTerms& before, const RowContext& context, Isa isa,
                             const float* similarity);
  [[nodiscard]] TopTwo<OneElement> leaders(const RowContext& context, Isa isa,
                                           const float* similarity);
  void add_responsibilities(const RowTerms& after, const RowContext& context, Isa isa,
                            const float* similarity) const;

  [[nodiscard]] const std::vector<std::int32_t>& blocks() const { return blocks_; }
  [[nodiscard]] std::int64_t neighbors() const { return std::ssize(blocks_) * kBlock; }
  [[nodiscard]] static std::int64_t bytes(std::int64_t padded) {
    return padded * static_cast<std::int64_t>(sizeof(float)) +
           padded / kBlock * static_cast<std::int64_t>(sizeof(std::int32_t));
  }

 private:
  LargeVector<float> availability_;
  std::vector<std::int32_t> blocks_;
};

}  // namespace cohort::cpu
