#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "host/cpu/block_ranges.hpp"
#include "host/cpu/kmeans_starts.hpp"
#include "host/cpu/row_values.hpp"

namespace cohort::cpu {

namespace {

// Lowers each lane's value to its squared distance from a row, where that is less: `count` rows at
// `rows`, and kPieceLanes apart their results.
struct Lower {
  template <int W>
  [[gnu::always_inline]] static void run(const float* x, std::int64_t blocks, std::int64_t d,
                                         const float* rows, std::int64_t count, const float* values,
                                         float* lowered) {
    for (; count >= 4; count -= 4, rows += 4 * d, lowered += 4 * kPieceLanes)
      lower<W, 4>(x, blocks, d, rows, values, lowered);
    if (count == 3) lower<W, 3>(x, blocks, d, rows, values, lowered);
    if (count == 2) lower<W, 2>(x, blocks, d, rows, values, lowered);
    if (count == 1) lower<W, 1>(x, blocks, d, rows, values, lowered);
  }

  template <int W, int T>
  [[gnu::always_inline]] static void lower(const float* x, std::int64_t blocks, std::int64_t d,
                                           const float* rows, const float* values, float* lowered) {
    using F = typename Lanes<W>::F;
    for (std::int64_t row = 0; row < blocks * kBlock; row += W) {
      const float* lanes = lanes_at(x, d, row, 0);
      F distances[T] = {};
      for (std::int64_t j = 0; j < d; ++j) {
        const F value = *reinterpret_cast<const F*>(lanes + j * kBlock);
#pragma GCC unroll 4
        for (int t = 0; t < T; ++t) {
          const F difference = value - rows[t * d + j];
          distances[t] = Lanes<W>::fma(difference, difference, distances[t]);
        }
      }
      const F value = *reinterpret_cast<const F*>(values + row);
#pragma GCC unroll 4
      for (int t = 0; t < T; ++t)
        *reinterpret_cast<F*>(lowered + t * kPieceLanes + row) =
            distances[t] < value ? distances[t] : value;
    }
  }
};

class PlusPlus {
 public:
  PlusPlus(const CpuDataSet& data, const KMeansParams& params, const KMeansSums& sums,
           RestartRange restarts, Machine machine)
      : data_(data),
        params_(params),
        sums_(sums),
        first_(restarts.first),
        machine_(machine),
        trials_(plus_plus_trials(params.n_clusters)),
        weights_(data.weights.empty() ? nullptr : data.weights.data()) {
    for (std::int64_t r = 0; r < restarts.count; ++r) {
      starts_.emplace_back(params.n_clusters, data.features());
      nearest_.push_back(std::make_unique_for_overwrite<float[]>(
          static_cast<std::size_t>(data.blocks() * kBlock)));
    }
    forget_centers();
    grids_.resize(starts_.size());
    candidates_ = Matrix<std::int64_t>(restarts.count, trials_);
  }

  void draw_first() {
    const DrawTable table = weight_table(data_, sums_);
    for (std::size_t r = 0; r < starts_.size(); ++r)
      place(r, 0, draw(table, r, 0, [&](std::int64_t i) { return sums_.weight_term(i); }));
  }

  // Draws centre c of every restart.
  void draw_next(std::int64_t c) {
    choose_grids(c);
    const std::vector<DrawTable> tables = potentials_by_task();
    for (std::size_t r = 0; r < starts_.size(); ++r) {
      const double steps = grids_[r].steps_per_unit();
      for (std::int64_t t = 0; t < trials_; ++t)
        candidates_(static_cast<std::int64_t>(r), t) =
            draw(tables[r], r, plus_plus_index(c, trials_, t), [&](std::int64_t i) {
              const auto value = static_cast<double>(nearest_[r][static_cast<std::size_t>(i)]);
              return static_cast<std::int64_t>(on_grid(data_.weight(i) * value, steps));
            });
    }
    const Matrix<std::int64_t> potentials = potentials_with_candidates();
    for (std::size_t r = 0; r < starts_.size(); ++r) {
      const auto of_restart = potentials.row(static_cast<std::int64_t>(r));
      const auto best = std::min_element(of_restart.begin(), of_restart.end()) - of_restart.begin();
      place(r, c, candidates_(static_cast<std::int64_t>(r), best));
    }
  }

  std::vector<Matrix<float>> take_starts() { return std::move(starts_); }

 private:
  // Infinitely far, but 0 where a row must never be drawn: no weight, or behind the last row.
  void forget_centers() {
    over_blocks(machine_.pool, data_.blocks(), [&](std::int64_t first, std::int64_t last, int) {
      for (const auto& nearest : nearest_)
        for (std::int64_t i = first * kBlock; i < last * kBlock; ++i)
          nearest[static_cast<std::size_t>(i)] = i < data_.rows() && data_.weight(i) > 0
                                                     ? std::numeric_limits<float>::infinity()
                                                     : 0.0F;
    });
  }

  void place(std::size_t r, std::int64_t c, std::int64_t row) {
    for (std::int64_t j = 0; j < data_.features(); ++j) starts_[r](c, j) = data_.at(row, j);
  }

  std::int64_t draw(const DrawTable& table, std::size_t r, std::int64_t index,
                    const std::function<std::int64_t(std::int64_t)>& term) const {
    const std::int64_t restart = first_ + static_cast<std::int64_t>(r);
    return table.find(start_draw(params_.seed, restart, index, table.total()), term);
  }

  const float* weights_from(std::int64_t b) const {
    return weights_ == nullptr ? nullptr : weights_ + b * kBlock;
  }

  // Takes the newest centre, c - 1, into the nearest distances; their largest decides the grid.
  void choose_grids(std::int64_t c) {
    Matrix<double> largest(machine_.pool.threads(), static_cast<std::int64_t>(starts_.size()));
    over_blocks(machine_.pool, data_.blocks(), [&](std::int64_t first, std::int64_t last, int w) {
      over_cached_pieces(first, last, data_.features(), [&](std::int64_t b, std::int64_t blocks) {
        for (std::size_t r = 0; r < starts_.size(); ++r) {
          float* values = nearest_[r].get() + b * kBlock;
          const float* center = starts_[r].row(c - 1).data();
          dispatch<Lower>(machine_.isa, data_.block(b), blocks, data_.features(), center,
                          std::int64_t{1}, static_cast<const float*>(values), values);
          double& most = largest(w, static_cast<std::int64_t>(r));
          most = std::max(most,
                          largest_weighted(machine_.isa, values, weights_from(b), blocks * kBlock));
        }
      });
    });
    for (std::size_t r = 0; r < starts_.size(); ++r) {
      double most = 0;
      for (std::int64_t w = 0; w < largest.rows(); ++w)
        most = std::max(most, largest(w, static_cast<std::int64_t>(r)));
      if (most == 0) refuse_too_few_distinct(params_.n_clusters, c);
      if (!std::isfinite(most)) refuse_too_far_apart();
      grids_[r] = grid_for(most, static_cast<double>(data_.rows()));
    }
  }

  std::vector<DrawTable> potentials_by_task() {
    const std::int64_t tasks = block_tasks(data_.blocks());
    std::vector<std::vector<std::int64_t>> sums(
        starts_.size(), std::vector<std::int64_t>(static_cast<std::size_t>(tasks)));
    over_blocks(machine_.pool, data_.blocks(), [&](std::int64_t first, std::int64_t last, int) {
      for (std::size_t r = 0; r < starts_.size(); ++r)
        sums[r][static_cast<std::size_t>(first / kTaskBlocks)] =
            weighted_sum(machine_.isa, nearest_[r].get() + first * kBlock, weights_from(first),
                         (last - first) * kBlock, grids_[r]);
    });
    return {std::make_move_iterator(sums.begin()), std::make_move_iterator(sums.end())};
  }

  // restarts x trials potentials that each candidate would leave.
  Matrix<std::int64_t> potentials_with_candidates() {
    const std::int64_t d = data_.features();
    const auto restarts = static_cast<std::int64_t>(starts_.size());
    Matrix<float> rows(restarts * trials_, d);
    for (std::int64_t i = 0; i < rows.rows(); ++i)
      for (std::int64_t j = 0; j < d; ++j) rows(i, j) = data_.at(candidates_.data()[i], j);
    Matrix<std::int64_t> sums(machine_.pool.threads(), rows.rows());
    over_blocks(machine_.pool, data_.blocks(), [&](std::int64_t first, std::int64_t last, int w) {
      std::vector<float> lowered(static_cast<std::size_t>(trials_ * kPieceLanes));
      over_cached_pieces(first, last, d, [&](std::int64_t b, std::int64_t blocks) {
        for (std::int64_t r = 0; r < restarts; ++r) {
          const auto at = static_cast<std::size_t>(r);
          const float* of_restart = rows.row(r * trials_).data();
          const float* values = nearest_[at].get() + b * kBlock;
          dispatch<Lower>(machine_.isa, data_.block(b), blocks, d, of_restart, trials_, values,
                          lowered.data());
          for (std::int64_t t = 0; t < trials_; ++t)
            sums(w, r * trials_ + t) += weighted_sum(machine_.isa, lowered.data() + t * kPieceLanes,
                                                     weights_from(b), blocks * kBlock, grids_[at]);
        }
      });
    });
    Matrix<std::int64_t> potentials(restarts, trials_);
    for (std::int64_t w = 0; w < sums.rows(); ++w)
      for (std::int64_t i = 0; i < sums.cols(); ++i) potentials.data()[i] += sums(w, i);
    return potentials;
  }

  const CpuDataSet& data_;
  const KMeansParams& params_;
  const KMeansSums& sums_;
  std::int64_t first_;
  Machine machine_;
  std::int64_t trials_;
  const float* weights_;
  std::vector<Matrix<float>> starts_;
  std::vector<std::unique_ptr<float[]>> nearest_;  // each row's distance from its nearest centre
  std::vector<Grid> grids_;                        // of weight x nearest
  Matrix<std::int64_t> candidates_;                // restarts x trials rows
};

}  // namespace

std::vector<Matrix<float>> kmeans_plus_plus(const CpuDataSet& data, const KMeansParams& params,
                                            const KMeansSums& sums, RestartRange restarts,
                                            Machine machine,
                                            const std::function<void()>& step_done) {
  PlusPlus starts(data, params, sums, restarts, machine);
  starts.draw_first();
  for (std::int64_t c = 1; c < params.n_clusters; ++c) {
    starts.draw_next(c);
    step_done();
  }
  return starts.take_starts();
}

}  // namespace cohort::cpu
