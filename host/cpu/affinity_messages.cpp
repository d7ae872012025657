#include "host/cpu/affinity_messages.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace cohort::cpu {

namespace {

/// One row as the lanes see it; lanes are columns.
struct Row {
  const float* similarity;
  const float* excess;
  float sigma, rho;
};

/// The row's new availabilities, and the largest two of availability + similarity.
struct AvailabilitySweep {
  template <int W>
  [[gnu::always_inline]] static void run(const Row* row, float* availability, const float* alpha,
                                         const float* support, std::int64_t columns, float keep,
                                         float move, float least_own, TopTwo<OneElement>* result) {
    using F = typename Lanes<W>::F;
    using I = typename Lanes<W>::I;
    constexpr float least = -std::numeric_limits<float>::infinity();
    const F sigma = F{} + row->sigma;
    const F rho = F{} + row->rho;
    TopTwo<Lanes<W>> top{F{} + least, F{} + least, I{}};
    I here;
    for (int lane = 0; lane < W; ++lane) here[lane] = lane;
    for (std::int64_t j = 0; j < columns; j += W) {
      const F similarity = *reinterpret_cast<const F*>(row->similarity + j);
      const F excess = *reinterpret_cast<const F*>(row->excess + j);
      F& own = *reinterpret_cast<F*>(availability + j);
      const F r = responsibility<F>(sigma, similarity, rho, excess);
      own = own_availability<F>(F{} + keep, F{} + move, own, r,
                                *reinterpret_cast<const F*>(support + j), F{} + least_own);
      top.see(similarity + (*reinterpret_cast<const F*>(alpha + j) + own), here);
      here += W;
    }
    *result = {least, least, std::numeric_limits<std::int32_t>::max()};
    for (int lane = 0; lane < W; ++lane)
      *result = merged(*result, {top.best[lane], top.second[lane], top.column[lane]});
  }
};

/// Adds the row's positive responsibilities to the columns' sums, each rounded once to the grid.
struct ResponsibilitySweep {
  template <int W>
  [[gnu::always_inline]] static void run(const Row* row, std::int64_t columns,
                                         double steps_per_unit, double* sums) {
    using F = typename Lanes<W>::F;
    using D = typename Lanes<W>::D;
    const F sigma = F{} + row->sigma;
    const F rho = F{} + row->rho;
    for (std::int64_t j = 0; j < columns; j += W) {
      const F r = responsibility<F>(sigma, *reinterpret_cast<const F*>(row->similarity + j), rho,
                                    *reinterpret_cast<const F*>(row->excess + j));
      const D term = __builtin_convertvector(positive_part(r), D);
      *reinterpret_cast<D*>(sums + j) += Lanes<W>::on_grid(term, steps_per_unit);
    }
  }
};

}  // namespace

AffinityMessages::AffinityMessages(const SimilarityRows& similarities,
                                   std::vector<double> preferences, double damping, Grid grid,
                                   Machine machine)
    : similarities_(similarities),
      machine_(machine),
      damped_{damping},
      keep_(static_cast<float>(damping)),
      move_(static_cast<float>(1.0 - damping)),
      least_(static_cast<float>(grid.unit())),
      grid_(grid),
      preferences_(std::move(preferences)) {
  const auto n = static_cast<std::size_t>(similarities.rows());
  const auto padded = static_cast<std::size_t>(similarities.padded());
  rows_.resize(n);
  columns_.resize(n);
  excess_.resize(n);
  availability_.resize(n * padded);
  alpha_.resize(padded);
  support_.resize(padded);
  sums_.resize(n);
  exemplar_.resize(n);
  scratch_.resize(static_cast<std::size_t>(machine.pool.threads()));
  for (Scratch& scratch : scratch_) {
    scratch.similarity.resize(padded);
    scratch.excess.resize(padded);
    scratch.sums.resize(padded);
    scratch.totals.resize(n);
  }
}

double AffinityMessages::bytes(std::int64_t n, std::int64_t padded, int threads) {
  const auto columns = static_cast<double>(padded);
  return static_cast<double>(n) * columns * sizeof(float) + columns * (200.0 + 24.0 * threads);
}

std::int64_t AffinityMessages::iterate() {
  next_sigma_ = damped_(sigma_, 1.0);
  const std::int64_t n = similarities_.rows();
  const std::int64_t tasks = (n + kRowsPerTask - 1) / kRowsPerTask;
  machine_.pool.run(tasks, [&](std::int64_t task, int worker) {
    Scratch& scratch = scratch_[static_cast<std::size_t>(worker)];
    const std::int64_t end = std::min(n, (task + 1) * kRowsPerTask);
    for (std::int64_t i = task * kRowsPerTask; i < end; ++i) update_row(i, scratch);
    for (std::size_t j = 0; j < scratch.totals.size(); ++j)
      scratch.totals[j] += static_cast<std::int64_t>(scratch.sums[j]);
    std::fill(scratch.sums.begin(), scratch.sums.end(), 0.0);
  });
  sigma_ = next_sigma_;
  return update_columns();
}

void AffinityMessages::update_row(std::int64_t i, Scratch& scratch) {
  const auto row = static_cast<std::size_t>(i);
  RowMessage& message = rows_[row];
  std::vector<Excess>& list = excess_[row];
  const std::int64_t columns = similarities_.padded();
  similarities_.row(i, similarities_.weight(i), scratch.similarity.data());

  const auto spread = [&] {
    for (const Excess& e : list) scratch.excess[static_cast<std::size_t>(e.column)] = e.value;
  };
  spread();
  const Row before{scratch.similarity.data(), scratch.excess.data(), static_cast<float>(sigma_),
                   static_cast<float>(message.rho)};
  TopTwo<OneElement> others{};
  dispatch<AvailabilitySweep>(machine_.isa, &before, availability_.data() + i * columns,
                              static_cast<const float*>(alpha_.data()),
                              static_cast<const float*>(support_.data()), columns, keep_, move_,
                              least_, &others);

  const double self = columns_[row].self_availability + preferences_[row];
  const RowWinner winner = with_self(others, self, static_cast<std::int32_t>(i));
  message = next_row(message, winner, preferences_[row], damped_);

  for (const Excess& e : list) scratch.excess[static_cast<std::size_t>(e.column)] = 0;
  update_excess(list, winner, others.column);
  spread();
  const Row after{scratch.similarity.data(), scratch.excess.data(), static_cast<float>(next_sigma_),
                  static_cast<float>(message.rho)};
  dispatch_doubles<ResponsibilitySweep>(machine_.isa, &after, columns, grid_.steps_per_unit(),
                                        scratch.sums.data());
  for (const Excess& e : list) scratch.excess[static_cast<std::size_t>(e.column)] = 0;
}

void AffinityMessages::update_excess(std::vector<Excess>& list, const RowWinner& winner,
                                     std::int32_t column) const {
  for (Excess& e : list) e.value = keep_ * e.value;
  if (!winner.is_self) {
    const float gain = move_ * static_cast<float>(winner.best - winner.second);
    const auto known =
        std::find_if(list.begin(), list.end(), [&](const Excess& e) { return e.column == column; });
    if (known != list.end())
      known->value += gain;
    else
      list.push_back({column, gain});
  }
  std::erase_if(list, [&](const Excess& e) { return e.value < least_; });
}

std::int64_t AffinityMessages::update_columns() {
  std::fill(sums_.begin(), sums_.end(), 0);
  for (Scratch& scratch : scratch_) {
    for (std::size_t j = 0; j < sums_.size(); ++j) sums_[j] += scratch.totals[j];
    std::fill(scratch.totals.begin(), scratch.totals.end(), 0);
  }
  std::int64_t changes = 0;
  for (std::size_t j = 0; j < sums_.size(); ++j) {
    const double own = rows_[j].self_responsibility;
    columns_[j] = next_column(columns_[j], from_grid(sums_[j], grid_), own, damped_);
    alpha_[j] = static_cast<float>(columns_[j].alpha);
    support_[j] = static_cast<float>(columns_[j].support);
    const char is_exemplar = columns_[j].self_availability + own > 0 ? 1 : 0;
    changes += static_cast<std::int64_t>(is_exemplar != exemplar_[j]);
    exemplar_[j] = is_exemplar;
  }
  return changes;
}

std::vector<std::int64_t> AffinityMessages::exemplars() const {
  std::vector<std::int64_t> result;
  for (std::size_t j = 0; j < exemplar_.size(); ++j)
    if (exemplar_[j] != 0) result.push_back(static_cast<std::int64_t>(j));
  return result;
}

}  // namespace cohort::cpu
