#include <algorithm>
#include <array>
#include <cmath>

#include "host/cpu/block_ranges.hpp"
#include "host/cpu/center_distances.hpp"
#include "host/cpu/kmeans_starts.hpp"
#include "host/cpu/nearest.hpp"
#include "host/cpu/row_values.hpp"

namespace cohort::cpu {

namespace {

// Lowers each lane's value to its squared distance from a row, where that is less: `count` rows at
// `rows`, and kPieceLanes apart their results.
template <int D>
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
      F distances[T] = {};
      center_distances<W, T, D>(lanes_at(x, d, row, 0), d, rows, distances);
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
        weights_(data.weights.empty() ? nullptr : data.weights.data()),
        keeps_((params.n_clusters - 1) * data.features() > kFoundAgain) {
    for (std::int64_t r = 0; r < restarts.count; ++r) {
      starts_.emplace_back(params.n_clusters, data.features());
      if (keeps_) kept_.emplace_back(static_cast<std::size_t>(data.blocks() * kBlock));
    }
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
    if (c == 1) choose_first_grids();
    const std::vector<DrawTable> tables = potentials(c);
    for (std::size_t r = 0; r < starts_.size(); ++r)
      for (std::int64_t t = 0; t < trials_; ++t)
        candidates_(static_cast<std::int64_t>(r), t) =
            draw(tables[r], r, plus_plus_index(c, trials_, t), RowTerms(*this, r, c));
    choose(c, try_candidates(c));
  }

  std::vector<Matrix<float>> take_starts() { return std::move(starts_); }

 private:
  // Centres x features up to which distances from the centres so far are found again at each look;
  // beyond, keeping them costs less than the memory's time. (3.5 cycles of a processor for a row's
  // 12 bytes, read twice and written once; c d / 16 cycles for its distances, twice.)
  static constexpr std::int64_t kFoundAgain = 32;

  // A piece of rows that is worked on.
  struct Piece {
    std::int64_t first, blocks;
  };
  // Room for what is found about one.
  struct Scratch {
    std::array<float, kPieceLanes> nearest;
    std::array<std::int32_t, kPieceLanes> labels;
  };

  // The rows' terms on their restart's grid, for one draw: rows come in order.
  class RowTerms {
   public:
    RowTerms(const PlusPlus& starts, std::size_t r, std::int64_t centers)
        : starts_(starts), restart_(r), centers_(centers) {}
    std::int64_t operator()(std::int64_t row) {
      const std::int64_t block = row / kBlock;
      if (block < piece_.first || block >= piece_.first + piece_.blocks) {
        piece_ = {block, std::min(kPieceLanes / kBlock, starts_.data_.blocks() - block)};
        nearest_ = starts_.nearest(restart_, centers_, piece_, scratch_);
      }
      const auto value = static_cast<double>(nearest_[row - piece_.first * kBlock]);
      const double steps = starts_.grids_[restart_].steps_per_unit();
      return static_cast<std::int64_t>(on_grid(starts_.data_.weight(row) * value, steps));
    }

   private:
    const PlusPlus& starts_;
    std::size_t restart_;
    std::int64_t centers_;
    Piece piece_ = {0, 0};
    const float* nearest_ = nullptr;
    Scratch scratch_;
  };

  // What a candidate would leave.
  struct Left {
    std::int64_t potential = 0;
    double largest = 0;  // term of it

    void add(const Left& other) {
      potential += other.potential;
      largest = std::max(largest, other.largest);
    }
  };

  void place(std::size_t r, std::int64_t c, std::int64_t row) {
    for (std::int64_t j = 0; j < data_.features(); ++j) starts_[r](c, j) = data_.at(row, j);
  }

  std::int64_t draw(const DrawTable& table, std::size_t r, std::int64_t index,
                    std::function<std::int64_t(std::int64_t)> term) const {
    const std::int64_t restart = first_ + static_cast<std::int64_t>(r);
    return table.find(start_draw(params_.seed, restart, index, table.total()), term);
  }

  const float* weights_from(Piece piece) const {
    return weights_ == nullptr ? nullptr : weights_ + piece.first * kBlock;
  }

  // Each row's distance from the first `centers` centres; 0 for a row of no weight and behind the
  // last row, which must not be drawn.
  const float* nearest(std::size_t r, std::int64_t centers, Piece piece, Scratch& scratch) const {
    if (keeps_) return kept_[r].data() + piece.first * kBlock;
    find_nearest(r, centers, piece, scratch.labels.data(), scratch.nearest.data());
    return scratch.nearest.data();
  }

  void find_nearest(std::size_t r, std::int64_t centers, Piece piece, std::int32_t* labels,
                    float* nearest) const {
    nearest_centers(machine_.isa, data_.block(piece.first), piece.blocks,
                    MatrixView<const float>(starts_[r].data(), centers, data_.features()), labels,
                    nearest);
    const std::int64_t lanes = piece.blocks * kBlock;
    if (weights_ != nullptr)
      for (std::int64_t i = 0; i < lanes; ++i)
        nearest[i] = weights_from(piece)[i] > 0 ? nearest[i] : 0.0F;
    for (std::int64_t i = data_.rows() - piece.first * kBlock; i < lanes; ++i) nearest[i] = 0;
  }

  // The same with the newest of them taken into what is kept.
  const float* take_newest(std::size_t r, std::int64_t centers, Piece piece, Scratch& scratch) {
    if (!keeps_) return nearest(r, centers, piece, scratch);
    float* kept = kept_[r].data() + piece.first * kBlock;
    if (centers == 1)
      find_nearest(r, 1, piece, scratch.labels.data(), kept);
    else
      lower(piece, starts_[r].row(centers - 1).data(), 1, kept, kept);
    return kept;
  }

  void lower(Piece piece, const float* rows, std::int64_t count, const float* values,
             float* lowered) const {
    with_features(data_.features(), [&]<int D>() {
      dispatch<Lower<D>>(machine_.isa, data_.block(piece.first), piece.blocks, data_.features(),
                         rows, count, values, lowered);
    });
  }

  std::int64_t potential(std::size_t r, Piece piece, const float* values) const {
    return weighted_sum(machine_.isa, values, weights_from(piece), piece.blocks * kBlock,
                        grids_[r]);
  }
  double largest(Piece piece, const float* values) const {
    return largest_weighted(machine_.isa, values, weights_from(piece), piece.blocks * kBlock);
  }

  // Calls body(piece, restart, worker, task, scratch) for every piece and restart.
  template <class Body>
  void over_restarts(const Body& body) const {
    over_blocks(machine_.pool, data_.blocks(), [&](std::int64_t first, std::int64_t last, int w) {
      Scratch scratch;
      over_cached_pieces(first, last, data_.features(), [&](std::int64_t b, std::int64_t blocks) {
        for (std::size_t r = 0; r < starts_.size(); ++r)
          body(Piece{b, blocks}, r, w, static_cast<std::size_t>(first / kTaskBlocks), scratch);
      });
    });
  }

  void choose_first_grids() {
    Matrix<double> found(machine_.pool.threads(), std::ssize(starts_));
    over_restarts([&](Piece piece, std::size_t r, int w, std::size_t /*task*/, Scratch& scratch) {
      double& most = found(w, static_cast<std::int64_t>(r));
      most = std::max(most, largest(piece, take_newest(r, 1, piece, scratch)));
    });
    for (std::int64_t r = 0; r < found.cols(); ++r) {
      double most = 0;
      for (std::int64_t w = 0; w < found.rows(); ++w) most = std::max(most, found(w, r));
      choose_grid(r, 1, most);
    }
  }

  void choose_grid(std::int64_t r, std::int64_t centers, double largest_term) {
    if (largest_term == 0) refuse_too_few_distinct(params_.n_clusters, centers);
    if (!std::isfinite(largest_term)) refuse_too_far_apart();
    grids_[static_cast<std::size_t>(r)] = grid_for(largest_term, static_cast<double>(data_.rows()));
  }

  // The restarts' potentials with so many centres, to draw from.
  std::vector<DrawTable> potentials(std::int64_t centers) {
    const auto tasks = static_cast<std::size_t>(block_tasks(data_.blocks()));
    std::vector<std::vector<std::int64_t>> sums(starts_.size(), std::vector<std::int64_t>(tasks));
    over_restarts([&](Piece piece, std::size_t r, int /*w*/, std::size_t task, Scratch& scratch) {
      const float* values =
          centers == 1 ? nearest(r, 1, piece, scratch) : take_newest(r, centers, piece, scratch);
      sums[r][task] += potential(r, piece, values);
    });
    return {std::make_move_iterator(sums.begin()), std::make_move_iterator(sums.end())};
  }

  // restarts x trials.
  Matrix<Left> try_candidates(std::int64_t centers) const {
    const std::int64_t d = data_.features();
    Matrix<float> rows(std::ssize(starts_) * trials_, d);
    for (std::int64_t i = 0; i < rows.rows(); ++i)
      for (std::int64_t j = 0; j < d; ++j) rows(i, j) = data_.at(candidates_.data()[i], j);
    std::vector<Matrix<Left>> found(static_cast<std::size_t>(machine_.pool.threads()));
    std::vector<std::vector<float>> lowered(found.size());
    for (std::size_t w = 0; w < found.size(); ++w) {
      found[w] = Matrix<Left>(std::ssize(starts_), trials_);
      lowered[w].resize(static_cast<std::size_t>(trials_ * kPieceLanes));
    }
    over_restarts([&](Piece piece, std::size_t r, int w, std::size_t /*task*/, Scratch& scratch) {
      const auto worker = static_cast<std::size_t>(w);
      const auto restart = static_cast<std::int64_t>(r);
      lower(piece, rows.row(restart * trials_).data(), trials_, nearest(r, centers, piece, scratch),
            lowered[worker].data());
      for (std::int64_t t = 0; t < trials_; ++t) {
        const float* values = lowered[worker].data() + t * kPieceLanes;
        found[worker](restart, t).add({potential(r, piece, values), largest(piece, values)});
      }
    });
    for (std::size_t w = 1; w < found.size(); ++w)
      for (std::int64_t i = 0; i < found[w].rows() * trials_; ++i)
        found[0].data()[i].add(found[w].data()[i]);
    return std::move(found[0]);
  }

  // The lowest potential wins, and its largest term decides the next grid.
  void choose(std::int64_t c, const Matrix<Left>& left) {
    for (std::int64_t r = 0; r < left.rows(); ++r) {
      const auto of_restart = left.row(r);
      const auto best = std::ranges::min_element(of_restart, {}, &Left::potential);
      place(static_cast<std::size_t>(r), c, candidates_(r, best - of_restart.begin()));
      if (c + 1 < params_.n_clusters) choose_grid(r, c + 1, best->largest);
    }
  }

  const CpuDataSet& data_;
  const KMeansParams& params_;
  const KMeansSums& sums_;
  std::int64_t first_;
  Machine machine_;
  std::int64_t trials_;
  const float* weights_;
  bool keeps_;
  std::vector<Matrix<float>> starts_;
  std::vector<LargeVector<float>> kept_;  // each row's distance from its nearest centre
  std::vector<Grid> grids_;               // of weight x nearest
  Matrix<std::int64_t> candidates_;       // restarts x trials rows
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
