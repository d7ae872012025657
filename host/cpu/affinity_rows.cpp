#include "host/cpu/affinity_rows.hpp"

#include <algorithm>
#include <limits>

namespace cohort::cpu {

namespace {

constexpr float kNone = -std::numeric_limits<float>::infinity();

/// Lanes of pairs: where they are, and what there is of their row and their columns.
template <int W>
struct PairLanes {
  using F = typename Lanes<W>::F;
  F similarity, excess, alpha, support;
};

template <int W>
class Leaders {
 public:
  using F = typename Lanes<W>::F;
  using I = typename Lanes<W>::I;

  [[gnu::always_inline]] Leaders() : top_{F{} + kNone, F{} + kNone, I{}} {
    for (int lane = 0; lane < W; ++lane) lanes_[lane] = lane;
  }
  [[gnu::always_inline]] void see(F sum, std::int64_t first_place) {
    top_.see(sum, lanes_ + static_cast<std::int32_t>(first_place));
  }
  [[nodiscard, gnu::always_inline]] TopTwo<OneElement> result() const {
    TopTwo<OneElement> all{kNone, kNone, std::numeric_limits<std::int32_t>::max()};
    for (int lane = 0; lane < W; ++lane)
      all = merged(all, {top_.best[lane], top_.second[lane], top_.column[lane]});
    return all;
  }

 private:
  TopTwo<Lanes<W>> top_;
  I lanes_;
};

/// B of W pairs, one iteration on.
template <int W>
[[gnu::always_inline]] inline typename Lanes<W>::F advanced(const PairLanes<W>& pairs,
                                                            typename Lanes<W>::F own,
                                                            const RowTerms& row,
                                                            const RowContext& context) {
  using F = typename Lanes<W>::F;
  const F r = responsibility<F>(F{} + row.sigma, pairs.similarity, F{} + row.rho, pairs.excess);
  return own_availability<F>(F{} + context.keep, F{} + context.move, own, r, pairs.support,
                             F{} + context.least);
}

/// Adds the positive ones of W responsibilities to their columns' sums, each rounded once to the
/// grid. Few are positive.
template <int W, class Column>
[[gnu::always_inline]] inline void add_positive(typename Lanes<W>::F r, const RowContext& context,
                                                const Column& column) {
  using F = typename Lanes<W>::F;
  for (std::uint32_t left = Lanes<W>::bits(r > F{}); left != 0; left &= left - 1) {
    const int lane = __builtin_ctz(left);
    const double steps = on_grid(static_cast<double>(r[lane]), context.steps_per_unit);
    context.sums[column(lane)] += static_cast<std::int64_t>(steps);
  }
}

template <bool kAdvance>
struct ListSweep {
  template <int W>
  [[gnu::always_inline]] static void run(ListedRow::Group* groups, std::int64_t count,
                                         const RowTerms* row, const RowContext* context,
                                         TopTwo<OneElement>* result) {
    using F = typename Lanes<W>::F;
    using I = typename Lanes<W>::I;
    Leaders<W> leaders;
    for (std::int64_t g = 0; g < count; ++g)
      for (std::int64_t lane = 0; lane < kBlock; lane += W) {
        const I column = *reinterpret_cast<const I*>(groups[g].column + lane);
        const F similarity = *reinterpret_cast<const F*>(groups[g].similarity + lane);
        F& own = *reinterpret_cast<F*>(groups[g].availability + lane);
        const F alpha = Lanes<W>::gathered(context->alpha, column);
        if constexpr (kAdvance)
          own =
              advanced<W>({similarity, *reinterpret_cast<const F*>(row->excess + g * kBlock + lane),
                           alpha, Lanes<W>::gathered(context->support, column)},
                          own, *row, *context);
        leaders.see(similarity + (alpha + own), g * kBlock + lane);
      }
    *result = leaders.result();
  }
};

struct ListAddition {
  template <int W>
  [[gnu::always_inline]] static void run(const ListedRow::Group* groups, std::int64_t count,
                                         const RowTerms* row, const RowContext* context) {
    using F = typename Lanes<W>::F;
    for (std::int64_t g = 0; g < count; ++g)
      for (std::int64_t lane = 0; lane < kBlock; lane += W) {
        const F r = responsibility<F>(
            F{} + row->sigma, *reinterpret_cast<const F*>(groups[g].similarity + lane),
            F{} + row->rho, *reinterpret_cast<const F*>(row->excess + g * kBlock + lane));
        add_positive<W>(r, *context, [&](int l) { return groups[g].column[lane + l]; });
      }
  }
};

template <bool kAdvance>
struct WholeSweep {
  template <int W>
  [[gnu::always_inline]] static void run(const std::int32_t* blocks, std::size_t count,
                                         const float* similarities, float* availability,
                                         const RowTerms* row, const RowContext* context,
                                         TopTwo<OneElement>* result) {
    using F = typename Lanes<W>::F;
    Leaders<W> leaders;
    for (std::size_t b = 0; b < count; ++b)
      for (std::int64_t lane = 0; lane < kBlock; lane += W) {
        const std::int64_t j = blocks[b] * kBlock + lane;
        const F similarity = *reinterpret_cast<const F*>(similarities + j);
        const F alpha = *reinterpret_cast<const F*>(context->alpha + j);
        F& own = *reinterpret_cast<F*>(availability + j);
        if constexpr (kAdvance)
          own = advanced<W>({similarity, *reinterpret_cast<const F*>(row->excess + j), alpha,
                             *reinterpret_cast<const F*>(context->support + j)},
                            own, *row, *context);
        leaders.see(similarity + (alpha + own), j);
      }
    *result = leaders.result();
  }
};

struct WholeAddition {
  template <int W>
  [[gnu::always_inline]] static void run(const std::int32_t* blocks, std::size_t count,
                                         const float* similarities, const RowTerms* row,
                                         const RowContext* context) {
    using F = typename Lanes<W>::F;
    for (std::size_t b = 0; b < count; ++b)
      for (std::int64_t lane = 0; lane < kBlock; lane += W) {
        const std::int64_t j = blocks[b] * kBlock + lane;
        const F r =
            responsibility<F>(F{} + row->sigma, *reinterpret_cast<const F*>(similarities + j),
                              F{} + row->rho, *reinterpret_cast<const F*>(row->excess + j));
        add_positive<W>(r, *context, [&](int l) { return j + l; });
      }
  }
};

}  // namespace

void ListedRow::extend(std::int64_t row, std::int64_t rows, const FoundColumns& found) {
  std::int64_t more = 0;
  for (std::int64_t k = 0; k < found.count; ++k)
    more += __builtin_popcount(found.fresh[static_cast<std::size_t>(k)]);
  groups_.reserve(static_cast<std::size_t>((size_ + more + kBlock - 1) / kBlock));
  for (std::int64_t k = 0; k < found.count; ++k) {
    const auto b = static_cast<std::size_t>(k);
    for (std::uint32_t left = found.fresh[b]; left != 0; left &= left - 1) {
      const int lane = __builtin_ctz(left);
      const std::int64_t column = found.block[b] * kBlock + lane;
      if (column == row || column >= rows) continue;
      if (size_ % kBlock == 0) {
        groups_.push_back({});
        std::fill_n(groups_.back().similarity, kBlock, kNoSimilarity);
      }
      groups_.back().column[size_ % kBlock] = static_cast<std::int32_t>(column);
      groups_.back().similarity[size_ % kBlock] =
          found.similarity[b * kBlock + static_cast<std::size_t>(lane)];
      ++size_;
    }
  }
}

TopTwo<OneElement> ListedRow::advance(const RowTerms& before, const RowContext& context, Isa isa) {
  TopTwo<OneElement> top{};
  dispatch<ListSweep<true>>(isa, groups_.data(), std::ssize(groups_), &before, &context, &top);
  return top;
}

TopTwo<OneElement> ListedRow::leaders(const RowContext& context, Isa isa) {
  TopTwo<OneElement> top{};
  dispatch<ListSweep<false>>(isa, groups_.data(), std::ssize(groups_),
                             static_cast<const RowTerms*>(nullptr), &context, &top);
  return top;
}

void ListedRow::add_responsibilities(const RowTerms& after, const RowContext& context,
                                     Isa isa) const {
  dispatch<ListAddition>(isa, groups_.data(), std::ssize(groups_), &after, &context);
}

void WholeRow::extend(const FoundColumns& found) {
  for (std::size_t b = 0; b < static_cast<std::size_t>(found.count); ++b)
    if (found.fresh[b] != 0 && found.known[b] == 0) blocks_.push_back(found.block[b]);
}

void WholeRow::take(const ListedRow& list, const FoundColumns& found) {
  extend(found);
  for (std::int32_t at = 0; at < list.neighbors(); ++at)
    availability_[static_cast<std::size_t>(list.column_at(at))] = list.availability_at(at);
}

TopTwo<OneElement> WholeRow::advance(const RowTerms& before, const RowContext& context, Isa isa,
                                     const float* similarity) {
  TopTwo<OneElement> top{};
  dispatch<WholeSweep<true>>(isa, blocks_.data(), blocks_.size(), similarity, availability_.data(),
                             &before, &context, &top);
  return top;
}

TopTwo<OneElement> WholeRow::leaders(const RowContext& context, Isa isa, const float* similarity) {
  TopTwo<OneElement> top{};
  dispatch<WholeSweep<false>>(isa, blocks_.data(), blocks_.size(), similarity, availability_.data(),
                              static_cast<const RowTerms*>(nullptr), &context, &top);
  return top;
}

void WholeRow::add_responsibilities(const RowTerms& after, const RowContext& context, Isa isa,
                                    const float* similarity) const {
  dispatch<WholeAddition>(isa, blocks_.data(), blocks_.size(), similarity, &after, &context);
}

}  // namespace cohort::cpu
