#pragma once
/// The messages of affinity propagation in the one-state form (cohort/affinity_arithmetic.hpp): of
/// each row's pairs those that can matter, short lists of D, and vectors.
///
/// Of row i all columns with w_i s(i,j) >= cut_i are stored. The others change nothing, bit for
/// bit, as long as both of these hold, in float32 as it is computed, for their largest w_i s(i,j) <
/// cut_i:
///
///   fl(sigma cut_i) <= rho_i. Rounding keeps the order, so fl(sigma s) <= rho_i, and with D = 0
///   R = fl(fl(sigma s) + (0 - rho_i)) <= 0. Nothing goes into the column's sum, and B, which was
///   0, becomes keep x 0 - move x 0 = 0.
///
///   The second largest of A + S, the row's own included, is >= cut_i. As alpha <= 0 and B = 0, A +
///   S = fl(s + fl(alpha + 0)) <= s < cut_i for the others: neither the largest nor the second
///   changes. (Where another column ties with them the two are equal and the gain of D, their
///   difference, is 0 for whichever leads.)
///
/// Both are asked in every iteration, and where one fails the row stores more: what was not stored
/// is known to be zero.

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <variant>
#include <vector>

#include "cohort/affinity_arithmetic.hpp"
#include "cohort/exact_sum.hpp"
#include "cohort/memory.hpp"

#include "host/cpu/affinity_index.hpp"
#include "host/cpu/affinity_rows.hpp"

namespace cohort::cpu {

class AffinityMessages {
 public:
  /// \param index        at least two rows, outlives this
  /// \param preferences  one for each place of the index, perturbed
  /// \param grid         holds the sum of any column's positive responsibilities
  /// \param form         not automatic; sparse rows whose list grows long become whole
  /// \param memory       bytes that what rows store may grow to
  AffinityMessages(const NeighborIndex& index, std::vector<double> preferences, double damping,
                   Grid grid, AffinityForm form, Machine machine,
                   std::int64_t memory = available_memory());

  /// Bytes that n rows need; sparse: to begin with.
  [[nodiscard]] static double bytes(std::int64_t n, AffinityForm form, int threads);

  /// One iteration of all messages. Returns how many rows became or ceased to be exemplars.
  /// \throws MemoryError when rows must store more than fits
  std::int64_t iterate();

  /// Rows that are their own exemplars, A(j,j) + R(j,j) > 0, ascending, as the data set counts
  /// them.
  [[nodiscard]] std::vector<std::int64_t> exemplars() const;
  [[nodiscard]] std::int64_t exemplar_count() const {
    return std::count(exemplar_.begin(), exemplar_.end(), 1);
  }
  /// Others that a row stores, on average.
  [[nodiscard]] double neighbors() const;

 private:
  struct Row {
    float cut;
    std::variant<ListedRow, WholeRow> pairs;
    std::vector<Excess> excess;
  };
  struct Scratch {
    Scratch(std::int64_t n, std::int64_t padded);
    std::vector<float> similarity, excess;
    std::vector<std::int64_t> sums;
    FoundColumns found;
    std::int64_t changes = 0;
  };

  void update_row(std::int64_t i, Scratch& scratch);
  void extend(std::int64_t i, float cut, Scratch& scratch);
  void make_whole(std::int64_t i, Scratch& scratch);
  void take_memory(std::int64_t bytes);
  void update_excess(std::vector<Excess>& list, const RowWinner& winner, std::int32_t at) const;
  void update_column(std::int64_t j, Scratch& scratch);
  [[nodiscard]] std::int64_t neighbors_of(std::int64_t i) const;

  const NeighborIndex& index_;
  Machine machine_;
  Damping damped_;
  float keep_, move_;
  float least_;  ///< a step of the grid: what is smaller cannot change a sum
  Grid grid_;
  double sigma_ = 0, next_sigma_ = 0;

  std::vector<double> preferences_;
  std::vector<RowMessage> rows_;
  std::vector<ColumnMessage> columns_;
  std::vector<Row> stored_;
  std::vector<float> alpha_, support_;  ///< columns_ as the elements see them, padded
  std::vector<char> exemplar_;
  std::vector<Scratch> scratch_;

  std::int64_t memory_;  ///< that rows may take
  std::atomic<std::int64_t> taken_ = 0;
};

}  // namespace cohort::cpu
