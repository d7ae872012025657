#include "host/cpu/affinity_messages.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "cohort/affinity_fit.hpp"
#include "cohort/error.hpp"
#include "cohort/memory.hpp"

namespace cohort::cpu {

namespace {

constexpr float kUnbounded = std::numeric_limits<float>::infinity();

/// Others that a row begins with.
constexpr std::int64_t kFirstNeighbors = 12;

/// A row whose list holds one column in so many becomes whole: what a list stores of a pair takes
/// three times the memory of a whole row's number and, gathered, about that much more time.
constexpr std::int64_t kWholeFrom = 4;

/// Columns that one task updates.
constexpr std::int64_t kColumnsPerTask = 4096;

/// The largest similarity of which sigma times it, rounded, does not exceed rho.
float without_responsibility(float sigma, float rho) {
  float similarity = rho / sigma;
  while (sigma * similarity > rho) similarity = std::nextafter(similarity, -kUnbounded);
  return similarity;
}

}  // namespace

AffinityMessages::Scratch::Scratch(std::int64_t n, std::int64_t padded)
    : similarity(static_cast<std::size_t>(padded)),
      excess(static_cast<std::size_t>(padded)),
      sums(static_cast<std::size_t>(n)),
      found(padded) {}

AffinityMessages::AffinityMessages(const NeighborIndex& index, std::vector<double> preferences,
                                   double damping, Grid grid, AffinityForm form, Machine machine,
                                   std::int64_t memory)
    : index_(index),
      machine_(machine),
      damped_{damping},
      keep_(static_cast<float>(damping)),
      move_(static_cast<float>(1.0 - damping)),
      least_(static_cast<float>(grid.unit())),
      grid_(grid),
      preferences_(std::move(preferences)),
      memory_(memory) {
  const std::int64_t rows = index.similarities().rows();
  const std::int64_t padded = index.similarities().padded();
  const auto n = static_cast<std::size_t>(rows);
  rows_.resize(n);
  columns_.resize(n);
  alpha_.resize(static_cast<std::size_t>(padded));
  support_.resize(static_cast<std::size_t>(padded));
  exemplar_.resize(n);
  for (int worker = 0; worker < machine.pool.threads(); ++worker)
    scratch_.emplace_back(rows, padded);
  stored_.reserve(n);
  for (std::size_t i = 0; i < n; ++i) {
    stored_.push_back({kUnbounded, ListedRow(), {}});
    if (form == AffinityForm::dense) stored_.back().pairs.emplace<WholeRow>(padded);
  }
  for_each_row(rows, machine.pool, [&](std::int64_t i, int worker) {
    Scratch& scratch = scratch_[static_cast<std::size_t>(worker)];
    extend(i, index_.reached_by(i, kFirstNeighbors, scratch.found), scratch);
  });
}

double AffinityMessages::bytes(std::int64_t n, AffinityForm form, int threads) {
  const std::int64_t padded = (n + kBlock - 1) / kBlock * kBlock;
  const std::int64_t row = form == AffinityForm::dense
                               ? WholeRow::bytes(padded)
                               : ListedRow::bytes(std::min(n, 3 * kFirstNeighbors));
  const double vectors = sizeof(Row) + sizeof(RowMessage) + sizeof(ColumnMessage) + 100.0;
  return static_cast<double>(padded) *
         (static_cast<double>(row) + vectors + 32.0 * static_cast<double>(threads));
}

std::int64_t AffinityMessages::iterate() {
  next_sigma_ = damped_(sigma_, 1.0);
  const std::int64_t n = std::ssize(stored_);
  for_each_row(n, machine_.pool, [&](std::int64_t i, int worker) {
    update_row(i, scratch_[static_cast<std::size_t>(worker)]);
  });
  sigma_ = next_sigma_;
  machine_.pool.run((n + kColumnsPerTask - 1) / kColumnsPerTask,
                    [&](std::int64_t task, int worker) {
                      const std::int64_t end = std::min(n, (task + 1) * kColumnsPerTask);
                      for (std::int64_t j = task * kColumnsPerTask; j < end; ++j)
                        update_column(j, scratch_[static_cast<std::size_t>(worker)]);
                    });
  std::int64_t changes = 0;
  for (Scratch& scratch : scratch_) changes += std::exchange(scratch.changes, 0);
  return changes;
}

void AffinityMessages::update_row(std::int64_t i, Scratch& scratch) {
  const auto at = static_cast<std::size_t>(i);
  Row& row = stored_[at];
  RowMessage& message = rows_[at];
  const RowContext context{keep_,
                           move_,
                           least_,
                           alpha_.data(),
                           support_.data(),
                           grid_.steps_per_unit(),
                           scratch.sums.data()};
  const auto fill = [&](const WholeRow& whole) {
    index_.similarities().blocks(i, index_.similarities().weight(i), whole.blocks(),
                                 scratch.similarity.data());
  };
  const auto spread = [&] {
    for (const Excess& e : row.excess) scratch.excess[static_cast<std::size_t>(e.at)] = e.value;
  };
  const auto clear = [&] {
    for (const Excess& e : row.excess) scratch.excess[static_cast<std::size_t>(e.at)] = 0;
  };

  spread();
  const RowTerms before{static_cast<float>(sigma_), static_cast<float>(message.rho),
                        scratch.excess.data()};
  TopTwo<OneElement> others{};
  if (auto* whole = std::get_if<WholeRow>(&row.pairs)) {
    fill(*whole);
    others = whole->advance(before, context, machine_.isa, scratch.similarity.data());
  } else {
    others = std::get<ListedRow>(row.pairs).advance(before, context, machine_.isa);
  }
  clear();

  const double self = columns_[at].self_availability + preferences_[at];
  const auto place = static_cast<std::int32_t>(i);
  RowWinner winner = with_self(others, self, place);
  while (winner.second < row.cut) {
    extend(i, index_.further(i, row.cut, neighbors_of(i), scratch.found), scratch);
    if (auto* whole = std::get_if<WholeRow>(&row.pairs)) {
      fill(*whole);
      others = whole->leaders(context, machine_.isa, scratch.similarity.data());
    } else {
      others = std::get<ListedRow>(row.pairs).leaders(context, machine_.isa);
    }
    winner = with_self(others, self, place);
  }
  message = next_row(message, winner, preferences_[at], damped_);
  update_excess(row.excess, winner, others.column);

  const auto sigma = static_cast<float>(next_sigma_);
  const auto rho = static_cast<float>(message.rho);
  if (sigma * row.cut > rho) {
    const float further = index_.further(i, row.cut, neighbors_of(i), scratch.found);
    extend(i, std::min(further, without_responsibility(sigma, rho)), scratch);
    if (auto* whole = std::get_if<WholeRow>(&row.pairs)) fill(*whole);
  }
  spread();
  const RowTerms after{sigma, rho, scratch.excess.data()};
  if (const auto* whole = std::get_if<WholeRow>(&row.pairs))
    whole->add_responsibilities(after, context, machine_.isa, scratch.similarity.data());
  else
    std::get<ListedRow>(row.pairs).add_responsibilities(after, context, machine_.isa);
  clear();
}

void AffinityMessages::extend(std::int64_t i, float cut, Scratch& scratch) {
  Row& row = stored_[static_cast<std::size_t>(i)];
  index_.find(i, cut, row.cut, scratch.found);
  row.cut = cut;
  if (auto* whole = std::get_if<WholeRow>(&row.pairs)) {
    whole->extend(scratch.found);
    return;
  }
  auto& list = std::get<ListedRow>(row.pairs);
  const std::int64_t n = std::ssize(stored_);
  const std::int64_t before = ListedRow::bytes(list.neighbors());
  list.extend(i, n, scratch.found);
  take_memory(ListedRow::bytes(list.neighbors()) - before);
  if (list.neighbors() == n - 1) row.cut = -kUnbounded;
  if (list.neighbors() * kWholeFrom > n) make_whole(i, scratch);
}

void AffinityMessages::make_whole(std::int64_t i, Scratch& scratch) {
  Row& row = stored_[static_cast<std::size_t>(i)];
  const ListedRow list = std::move(std::get<ListedRow>(row.pairs));
  const std::int64_t padded = index_.similarities().padded();
  take_memory(WholeRow::bytes(padded) - ListedRow::bytes(list.neighbors()));
  for (Excess& e : row.excess) e.at = list.column_at(e.at);
  index_.find(i, row.cut, kUnbounded, scratch.found);
  row.pairs.emplace<WholeRow>(padded).take(list, scratch.found);
}

void AffinityMessages::take_memory(std::int64_t bytes) {
  const std::int64_t taken = taken_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  if (taken <= memory_) return;
  const std::int64_t n = std::ssize(stored_);
  throw MemoryError(fmt::format(
      "{} needs more than {} of memory, and {} are available: what its rows store has grown to "
      "{:.0f} "
      "others each; raise --preference, or {}",
      affinity_among(n), readable_bytes(static_cast<double>(taken)),
      readable_bytes(static_cast<double>(memory_)),
      static_cast<double>(taken) * kBlock / static_cast<double>(ListedRow::bytes(kBlock) * n),
      kInsteadOfAffinity));
}

void AffinityMessages::update_excess(std::vector<Excess>& list, const RowWinner& winner,
                                     std::int32_t at) const {
  for (Excess& e : list) e.value = keep_ * e.value;
  if (!winner.is_self) {
    const float gain = move_ * static_cast<float>(winner.best - winner.second);
    const auto known =
        std::find_if(list.begin(), list.end(), [&](const Excess& e) { return e.at == at; });
    if (known != list.end())
      known->value += gain;
    else
      list.push_back({at, gain});
  }
  std::erase_if(list, [&](const Excess& e) { return e.value < least_; });
}

void AffinityMessages::update_column(std::int64_t column, Scratch& own_scratch) {
  const auto j = static_cast<std::size_t>(column);
  std::int64_t sum = 0;
  for (Scratch& scratch : scratch_) sum += std::exchange(scratch.sums[j], 0);
  const double own = rows_[j].self_responsibility;
  columns_[j] = next_column(columns_[j], from_grid(sum, grid_), own, damped_);
  alpha_[j] = static_cast<float>(columns_[j].alpha);
  support_[j] = static_cast<float>(columns_[j].support);
  const char is_exemplar = columns_[j].self_availability + own > 0 ? 1 : 0;
  own_scratch.changes += static_cast<std::int64_t>(is_exemplar != exemplar_[j]);
  exemplar_[j] = is_exemplar;
}

std::int64_t AffinityMessages::neighbors_of(std::int64_t i) const {
  return std::visit([](const auto& pairs) { return pairs.neighbors(); },
                    stored_[static_cast<std::size_t>(i)].pairs);
}

double AffinityMessages::neighbors() const {
  const std::int64_t n = std::ssize(stored_);
  std::int64_t total = 0;
  for (std::int64_t i = 0; i < n; ++i) total += std::min(neighbors_of(i), n - 1);
  return static_cast<double>(total) / static_cast<double>(n);
}

std::vector<std::int64_t> AffinityMessages::exemplars() const {
  std::vector<std::int64_t> result;
  for (std::size_t j = 0; j < exemplar_.size(); ++j)
    if (exemplar_[j] != 0) result.push_back(index_.order()[j]);
  std::sort(result.begin(), result.end());
  return result;
}

}  // namespace cohort::cpu
