#pragma once
/// One pass of Lloyd's algorithm: every row to its nearest centre, for several restarts on one read
/// of the data.
///
/// Sums are integers, so a pass only moves the rows whose label changed from one cluster's sum to
/// another's: nothing drifts. While many labels change and clusters are few, adding everything up
/// again in vectors is faster; the sums are the same. Of each block is known how far centres may
/// move before one of its labels changes (label_gaps.hpp), so the later passes of a fit look at few
/// rows.

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <memory>
#include <numeric>
#include <vector>

#include "host/cpu/block_ranges.hpp"
#include "host/cpu/kmeans_sums.hpp"
#include "host/cpu/nearest_by_shape.hpp"
#include "host/cpu/relabel.hpp"

namespace cohort::cpu {

/// The clusters' sums of value terms (k x d) and weight terms (k), or changes to them.
struct ClusterSums {
  Matrix<std::int64_t> values;
  std::vector<std::int64_t> weights;

  ClusterSums(std::int64_t k, std::int64_t d)
      : values(k, d), weights(static_cast<std::size_t>(k)) {}
  ClusterSums& operator+=(const ClusterSums& other) {
    for (std::size_t c = 0; c < weights.size(); ++c) weights[c] += other.weights[c];
    const std::int64_t size = values.rows() * values.cols();
    for (std::int64_t i = 0; i < size; ++i) values.data()[i] += other.values.data()[i];
    return *this;
  }
};

/// A start and what became of it. Every row begins in cluster 0, but all are taken for changed, so
/// that the first pass adds them up. \tparam Label  std::uint8_t (up to 256 clusters) or
/// std::int32_t
template <class Label>
struct Restart {
  Restart(Matrix<float> start, std::int64_t number, const CpuDataSet& data)
      : index(number),
        centers(std::move(start)),
        labels(static_cast<std::size_t>(data.blocks() * kBlock), Label{}),
        gaps(static_cast<std::size_t>(data.blocks()), -std::numeric_limits<float>::infinity()),
        clusters(centers.rows(), centers.cols()),
        changed(data.rows()) {}

  std::int64_t index;
  Matrix<float> centers;
  LargeVector<Label> labels;  // a lane each
  std::vector<float> gaps;    // a block each, from the path's origin when they were found
  CenterPath path;            // of these centres
  ClusterSums clusters;       // of these labels
  std::int64_t changed;       // labels, in the last pass
  std::int64_t n_iter = 0;
};

template <class Label>
class LloydPass {
 public:
  LloydPass(const CpuDataSet& data, const KMeansSums& sums, Machine machine)
      : data_(data), sums_(sums), machine_(machine), rule_(data.features()) {}

  /// How far the path goes on when centres have moved.
  [[nodiscard]] const GapRule& rule() const { return rule_; }

  /// Labels, sums and the number of changed labels of every restart, by its centres.
  void run(const std::vector<Restart<Label>*>& restarts) const {
    const std::int64_t k = restarts[0]->centers.rows();
    const std::int64_t d = data_.features();
    std::vector<NearestByShape> nearest;
    for (const Restart<Label>* restart : restarts)
      nearest.emplace_back(data_, restart->centers.view());
    std::vector<std::unique_ptr<Worker>> workers(static_cast<std::size_t>(machine_.pool.threads()));
    over_blocks(machine_.pool, data_.blocks(), [&](std::int64_t first, std::int64_t last, int w) {
      auto& worker = workers[static_cast<std::size_t>(w)];
      if (!worker) worker = std::make_unique<Worker>(restarts.size(), k, d);
      over_pieces(first, last, d, kPieceBytes, kTaskBlocks,
                  [&](std::int64_t b, std::int64_t blocks) {
                    for (std::size_t r = 0; r < restarts.size(); ++r)
                      try_piece(*restarts[r], nearest[r], b, blocks, *worker, worker->found[r]);
                  });
    });
    for (std::size_t r = 0; r < restarts.size(); ++r) take_over(workers, r, *restarts[r]);
  }

 private:
  // A piece stays in the second-level cache while several restarts look at it.
  static constexpr std::int64_t kPieceBytes = 131072;

  // Of a restart: changes to its sums, or all of them.
  struct Found {
    ClusterSums clusters;
    std::int64_t changed;
  };
  struct Worker {
    Worker(std::size_t restarts, std::int64_t k, std::int64_t d) : found(restarts, {{k, d}, 0}) {}
    std::vector<Found> found;
    // Of a piece: the blocks that are looked at, their new labels, gaps or distances.
    std::array<std::int32_t, kTaskBlocks> blocks;
    std::array<Label, kTaskBlocks * kBlock> labels;
    std::array<float, kTaskBlocks> gaps;
    std::array<float, kTaskBlocks * kBlock> distances;
  };

  // By what a row costs in vectors and alone.
  bool adds_up_again(const Restart<Label>& restart) const {
    const std::int64_t worth = restart.centers.rows() <= KMeansSums::kFewClusters ? 8 : 2;
    return restart.changed * worth > data_.rows();
  }

  void try_piece(Restart<Label>& restart, const NearestByShape& nearest, std::int64_t b,
                 std::int64_t blocks, Worker& worker, Found& found) const {
    // While so many labels change, centres move too far for gaps to be of use.
    const bool adds = adds_up_again(restart);
    if (adds || nearest.filters()) {
      nearest.label(machine_.isa, b, blocks, worker.labels.data(), worker.distances.data());
      std::iota(worker.blocks.begin(), worker.blocks.begin() + blocks, 0);
      if (!adds) return take_labels(restart, b, blocks, worker, found);
      take_piece(restart, b, blocks, worker, found.changed);
      add_piece(restart, b, blocks, found.clusters);
    } else {
      take_labels(restart, b, relabel_piece(restart, b, blocks, worker), worker, found);
    }
  }

  // All labels of a piece, whose rows are going to be added up.
  void take_piece(Restart<Label>& restart, std::int64_t b, std::int64_t blocks,
                  const Worker& worker, std::int64_t& changed) const {
    Label* labels = restart.labels.data() + b * kBlock;
    const std::int64_t rows = std::min(blocks * kBlock, data_.rows() - b * kBlock);
    changed += count_changed(worker.labels.data(), labels, rows);
    std::copy_n(worker.labels.data(), blocks * kBlock, labels);
  }

  // Lists the blocks whose labels may change, with their new labels and gaps; returns how many.
  std::int64_t relabel_piece(Restart<Label>& restart, std::int64_t b, std::int64_t blocks,
                             Worker& worker) const {
    float* gaps = restart.gaps.data() + b;
    const float limit = restart.path.limit();
    std::int64_t count = 0;
    for (std::int64_t i = 0; i < blocks; ++i) {
      worker.blocks[static_cast<std::size_t>(count)] = static_cast<std::int32_t>(i);
      count += gaps[i] > limit ? 0 : 1;
    }
    relabel_blocks(machine_.isa, data_.block(b), worker.blocks.data(), count,
                   restart.centers.view(), rule_, worker.labels.data(), worker.gaps.data());
    const float origin = restart.path.origin();
    for (std::int64_t n = 0; n < count; ++n) {
      const auto at = static_cast<std::size_t>(n);
      gaps[worker.blocks[at]] = worker.gaps[at] + origin;
    }
    return count;
  }

  // The new labels of the listed blocks; rows whose label changed go from one sum to another.
  void take_labels(Restart<Label>& restart, std::int64_t b, std::int64_t count,
                   const Worker& worker, Found& found) const {
    for (std::int64_t n = 0; n < count; ++n) {
      const std::int64_t i = b + worker.blocks[static_cast<std::size_t>(n)];
      const Label* fresh = worker.labels.data() + n * kBlock;
      Label* labels = restart.labels.data() + i * kBlock;
      if (std::memcmp(fresh, labels, kBlock * sizeof(Label)) == 0) continue;
      found.changed += count_changed(fresh, labels, data_.rows_in(i));
      move_changed(i, fresh, labels, found);
      std::copy_n(fresh, kBlock, labels);
    }
  }

  static std::int64_t count_changed(const Label* fresh, const Label* labels, std::int64_t rows) {
    std::int64_t changed = 0;
    for (std::int64_t r = 0; r < rows; ++r) changed += labels[r] != fresh[r] ? 1 : 0;
    return changed;
  }

  void add_piece(const Restart<Label>& restart, std::int64_t b, std::int64_t blocks,
                 ClusterSums& clusters) const {
    const Label* labels = restart.labels.data() + b * kBlock;
    sums_.add_to_clusters(machine_.isa, data_.block(b), b, blocks, labels, restart.centers.rows(),
                          clusters.values.data(), clusters.weights.data());
    // What lies behind the last row has no values, but it has been counted.
    for (std::int64_t row = data_.rows(); row < (b + blocks) * kBlock; ++row) {
      const auto label = static_cast<std::size_t>(labels[row - b * kBlock]);
      clusters.weights[label] -= sums_.weight_term(row);
    }
  }

  void move_changed(std::int64_t b, const Label* fresh, const Label* labels, Found& found) const {
    const std::int64_t d = data_.features();
    const float* x = data_.block(b);
    const std::int64_t rows = data_.rows_in(b);
    for (std::int64_t r = 0; r < rows; ++r) {
      if (fresh[r] == labels[r]) continue;
      const std::int64_t row = b * kBlock + r;
      const std::int64_t weight = sums_.weight_term(row);
      found.clusters.weights[static_cast<std::size_t>(labels[r])] -= weight;
      found.clusters.weights[static_cast<std::size_t>(fresh[r])] += weight;
      std::int64_t* from = found.clusters.values.row(labels[r]).data();
      std::int64_t* to = found.clusters.values.row(fresh[r]).data();
      for (std::int64_t j = 0; j < d; ++j) {
        const std::int64_t term = sums_.value_term(x[j * kBlock + r], j, row);
        from[j] -= term;
        to[j] += term;
      }
    }
  }

  void take_over(const std::vector<std::unique_ptr<Worker>>& workers, std::size_t r,
                 Restart<Label>& restart) const {
    const bool all_again = adds_up_again(restart);
    if (all_again) restart.clusters = ClusterSums(restart.centers.rows(), restart.centers.cols());
    restart.changed = 0;
    for (const auto& worker : workers) {
      if (!worker) continue;
      restart.clusters += worker->found[r].clusters;
      restart.changed += worker->found[r].changed;
    }
  }

  const CpuDataSet& data_;
  const KMeansSums& sums_;
  Machine machine_;
  GapRule rule_;
};

}  // namespace cohort::cpu
