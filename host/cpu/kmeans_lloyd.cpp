#include "host/cpu/kmeans_lloyd.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "host/cpu/block_ranges.hpp"
#include "host/cpu/kmeans_starts.hpp"
#include "host/cpu/nearest.hpp"
#include "host/cpu/row_values.hpp"

namespace cohort::cpu {

namespace {

constexpr std::int64_t kPieceLanes = 32 * kBlock;  // of over_cached_pieces

template <class Label>
struct Restart {
  std::int64_t index = 0;
  Matrix<float> centers;
  std::vector<Label> labels;  // a lane each
  ClusterSums clusters;       // of these labels
  std::int64_t n_iter = 0;
};

// What one worker found that changes in a pass.
struct Moves {
  Matrix<std::int64_t> values;
  std::vector<std::int64_t> weights;
  std::int64_t rows = 0;
};

template <class Label>
class Lloyd {
 public:
  Lloyd(const CpuDataSet& data, const KMeansSums& sums, std::vector<Matrix<float>> starts,
        LloydLimits limits, Machine machine)
      : data_(data), sums_(sums), limits_(limits), machine_(machine) {
    for (Matrix<float>& start : starts) live_.push_back(begin(std::move(start), std::ssize(live_)));
  }

  void run(const std::function<void(KMeansFit)>& found, const std::function<void()>& pass_done) {
    while (!live_.empty()) {
      const std::vector<std::int64_t> changed = pass();
      std::vector<Restart<Label>> going_on;
      for (std::size_t r = 0; r < live_.size(); ++r) {
        const Stop stop = advance(live_[r], changed[r]);
        if (stop == Stop::no) {
          going_on.push_back(std::move(live_[r]));
        } else {
          found(finish(live_[r], stop == Stop::converged));
        }
      }
      live_ = std::move(going_on);
      pass_done();
    }
  }

 private:
  enum class Stop { no, converged, max_iter };

  // Every row begins in cluster 0, so that the first pass is like any other.
  Restart<Label> begin(Matrix<float> start, std::int64_t index) const {
    const std::int64_t k = start.rows();
    Restart<Label> restart;
    restart.index = index;
    restart.centers = std::move(start);
    restart.labels.assign(static_cast<std::size_t>(data_.blocks() * kBlock), 0);
    restart.clusters.values = Matrix<std::int64_t>(k, data_.features());
    std::copy(sums_.totals().begin(), sums_.totals().end(), restart.clusters.values.data());
    restart.clusters.weights.assign(static_cast<std::size_t>(k), 0);
    restart.clusters.weights[0] = sums_.total_weight();
    return restart;
  }

  // Assigns all rows to every live restart's centres in one read. Returns how many rows changed.
  std::vector<std::int64_t> pass() {
    const std::size_t restarts = live_.size();
    const std::int64_t k = live_[0].centers.rows();
    const std::int64_t d = data_.features();
    std::vector<std::vector<Moves>> moves(static_cast<std::size_t>(machine_.pool.threads()));
    over_blocks(machine_.pool, data_.blocks(), [&](std::int64_t first, std::int64_t last, int w) {
      std::vector<Moves>& mine = moves[static_cast<std::size_t>(w)];
      if (mine.empty())
        mine.assign(restarts, {Matrix<std::int64_t>(k, d),
                               std::vector<std::int64_t>(static_cast<std::size_t>(k)), 0});
      std::array<Label, kPieceLanes> fresh;
      std::array<float, kPieceLanes> distances;
      over_cached_pieces(first, last, d, [&](std::int64_t b, std::int64_t blocks) {
        for (std::size_t r = 0; r < restarts; ++r) {
          nearest_centers(machine_.isa, data_.block(b), blocks, live_[r].centers.view(),
                          fresh.data(), distances.data());
          for (std::int64_t i = 0; i < blocks; ++i)
            move_changed(b + i, fresh.data() + i * kBlock, live_[r].labels.data(), mine[r]);
        }
      });
    });
    std::vector<std::int64_t> changed(restarts);
    for (const std::vector<Moves>& of_worker : moves)
      for (std::size_t r = 0; r < of_worker.size(); ++r) {
        changed[r] += of_worker[r].rows;
        add(of_worker[r], live_[r].clusters);
      }
    return changed;
  }

  void move_changed(std::int64_t b, const Label* fresh, Label* labels, Moves& moves) const {
    Label* old = labels + b * kBlock;
    if (std::memcmp(fresh, old, kBlock * sizeof(Label)) == 0) return;
    const std::int64_t d = data_.features();
    const float* x = data_.block(b);
    const std::int64_t rows = data_.rows_in(b);
    for (std::int64_t r = 0; r < rows; ++r) {
      if (fresh[r] == old[r]) continue;
      const std::int64_t row = b * kBlock + r;
      const std::int64_t weight = sums_.weight_term(row);
      moves.weights[old[r]] -= weight;
      moves.weights[fresh[r]] += weight;
      std::int64_t* from = moves.values.data() + old[r] * d;
      std::int64_t* to = moves.values.data() + fresh[r] * d;
      for (std::int64_t j = 0; j < d; ++j) {
        const std::int64_t term = sums_.value_term(x[j * kBlock + r], j, row);
        from[j] -= term;
        to[j] += term;
      }
      old[r] = fresh[r];
      ++moves.rows;
    }
  }

  static void add(const Moves& moves, ClusterSums& clusters) {
    for (std::size_t c = 0; c < clusters.weights.size(); ++c)
      clusters.weights[c] += moves.weights[c];
    const std::int64_t size = clusters.values.rows() * clusters.values.cols();
    for (std::int64_t i = 0; i < size; ++i) clusters.values.data()[i] += moves.values.data()[i];
  }

  // New centres; whether and why that was the last.
  Stop advance(Restart<Label>& restart, std::int64_t changed) const {
    const bool some_empty = std::ranges::count(restart.clusters.weights, 0) > 0;
    double shift = 0;
    if (some_empty) {
      ClusterSums filled = restart.clusters;
      fill_empty_clusters(data_, sums_, restart.centers, machine_, filled);
      shift = move_centers(filled, restart.centers);
    } else {
      shift = move_centers(restart.clusters, restart.centers);
    }
    ++restart.n_iter;
    const bool same_labels = changed == 0 && restart.n_iter > 1 && !some_empty;
    if (same_labels || shift <= limits_.tolerance) return Stop::converged;
    return restart.n_iter == limits_.max_iter ? Stop::max_iter : Stop::no;
  }

  // Returns the sum of the squared shifts.
  double move_centers(const ClusterSums& clusters, Matrix<float>& centers) const {
    double shift = 0;
    for (std::int64_t c = 0; c < centers.rows(); ++c)
      for (std::int64_t j = 0; j < centers.cols(); ++j) {
        float& center = centers(c, j);
        const auto moved = static_cast<float>(
            sums_.mean(clusters.values(c, j), clusters.weights[static_cast<std::size_t>(c)], j));
        const double difference = static_cast<double>(moved) - static_cast<double>(center);
        shift += difference * difference;
        center = moved;
      }
    return shift;
  }

  // Labels that belong to the last centres, and their inertia.
  KMeansFit finish(Restart<Label>& restart, bool converged) const {
    const std::int64_t lanes = data_.blocks() * kBlock;
    std::vector<float> distances(static_cast<std::size_t>(lanes));
    std::vector<Label> labels(static_cast<std::size_t>(lanes));
    over_blocks(machine_.pool, data_.blocks(), [&](std::int64_t first, std::int64_t last, int) {
      nearest_centers(machine_.isa, data_.block(first), last - first, restart.centers.view(),
                      labels.data() + first * kBlock, distances.data() + first * kBlock);
    });
    std::fill(distances.begin() + data_.rows(), distances.end(), 0.0F);
    KMeansFit fit;
    fit.inertia = inertia(distances);
    fit.labels.assign(labels.begin(), labels.begin() + data_.rows());
    fit.centers = std::move(restart.centers);
    fit.shares = shares(fit.labels, fit.centers.rows());
    fit.n_iter = restart.n_iter;
    fit.best_init = restart.index;
    fit.converged = converged;
    return fit;
  }

  double inertia(const std::vector<float>& distances) const {
    const auto lanes = static_cast<std::int64_t>(distances.size());
    const float* weights = data_.weights.empty() ? nullptr : data_.weights.data();
    const float* values = distances.data();
    const auto threads = static_cast<std::size_t>(machine_.pool.threads());
    std::vector<double> largest(threads);
    std::vector<double> largest_weighted_term(threads);
    over_blocks(machine_.pool, data_.blocks(), [&](std::int64_t first, std::int64_t last, int w) {
      const auto worker = static_cast<std::size_t>(w);
      const std::int64_t from = first * kBlock;
      const std::int64_t count = (last - first) * kBlock;
      const auto raise = [&](double& most, const float* of_weights) {
        most = std::max(most, largest_weighted(machine_.isa, values + from, of_weights, count));
      };
      raise(largest[worker], nullptr);
      raise(largest_weighted_term[worker], weights == nullptr ? nullptr : weights + from);
    });
    if (!std::isfinite(*std::ranges::max_element(largest))) refuse_too_far_apart();
    const Grid grid =
        grid_for(*std::ranges::max_element(largest_weighted_term), static_cast<double>(lanes));
    std::vector<WideSum> sums(threads);
    over_blocks(machine_.pool, data_.blocks(), [&](std::int64_t first, std::int64_t last, int w) {
      const std::int64_t from = first * kBlock;
      sums[static_cast<std::size_t>(w)] += wide_weighted_sum(
          machine_.isa, values + from, weights == nullptr ? nullptr : weights + from,
          (last - first) * kBlock, grid);
    });
    WideSum total;
    for (const WideSum& sum : sums) total += sum;
    return total.value(grid);
  }

  std::vector<double> shares(const std::vector<std::int32_t>& labels, std::int64_t k) const {
    std::vector<std::int64_t> weights(static_cast<std::size_t>(k));
    for (std::size_t i = 0; i < labels.size(); ++i)
      weights[static_cast<std::size_t>(labels[i])] +=
          sums_.weight_term(static_cast<std::int64_t>(i));
    std::vector<double> shares;
    for (const std::int64_t weight : weights)
      shares.push_back(static_cast<double>(weight) / static_cast<double>(sums_.total_weight()));
    return shares;
  }

  const CpuDataSet& data_;
  const KMeansSums& sums_;
  LloydLimits limits_;
  Machine machine_;
  std::vector<Restart<Label>> live_;
};

}  // namespace

void lloyd(const CpuDataSet& data, const KMeansSums& sums, std::vector<Matrix<float>> starts,
           LloydLimits limits, Machine machine, const std::function<void(KMeansFit)>& found,
           const std::function<void()>& pass_done) {
  if (starts.front().rows() <= 256) {
    Lloyd<std::uint8_t>(data, sums, std::move(starts), limits, machine).run(found, pass_done);
  } else {
    Lloyd<std::int32_t>(data, sums, std::move(starts), limits, machine).run(found, pass_done);
  }
}

}  // namespace cohort::cpu
