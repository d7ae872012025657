#pragma once
/// One pass of Lloyd's algorithm: every row to its nearest centre, for several restarts on one read
/// of the data.
///
/// Sums are integers, so a pass only moves the rows whose label changed from one cluster's sum to
/// another's: nothing drifts, and the later passes of a fit do little but compare distances. While
/// many labels change and clusters are few, adding everything up again in vectors is faster; the
/// sums are the same.

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "host/cpu/block_ranges.hpp"
#include "host/cpu/kmeans_sums.hpp"
#include "host/cpu/nearest.hpp"

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

/// A start and what became of it. Every row begins in cluster 0, so that the first pass is like any
/// other. \tparam Label  std::uint8_t (up to 256 clusters) or std::int32_t
template <class Label>
struct Restart {
  Restart(Matrix<float> start, std::int64_t number, const CpuDataSet& data, const KMeansSums& sums)
      : index(number),
        centers(std::move(start)),
        labels(static_cast<std::size_t>(data.blocks() * kBlock)),
        clusters(centers.rows(), centers.cols()),
        changed(data.rows()) {
    std::ranges::copy(sums.totals(), clusters.values.data());
    clusters.weights[0] = sums.total_weight();
  }

  std::int64_t index;
  Matrix<float> centers;
  std::vector<Label> labels;  // a lane each
  ClusterSums clusters;       // of these labels
  std::int64_t changed;       // labels, in the last pass
  std::int64_t n_iter = 0;
};

template <class Label>
class LloydPass {
 public:
  LloydPass(const CpuDataSet& data, const KMeansSums& sums, Machine machine)
      : data_(data), sums_(sums), machine_(machine) {}

  /// Labels, sums and the number of changed labels of every restart, by its centres.
  /// \param distances  a lane each, of the last restart; or null
  void run(const std::vector<Restart<Label>*>& restarts, float* distances) const {
    const std::int64_t k = restarts[0]->centers.rows();
    const std::int64_t d = data_.features();
    std::vector<std::vector<Found>> found(static_cast<std::size_t>(machine_.pool.threads()));
    over_blocks(machine_.pool, data_.blocks(), [&](std::int64_t first, std::int64_t last, int w) {
      std::vector<Found>& mine = found[static_cast<std::size_t>(w)];
      if (mine.empty()) mine.assign(restarts.size(), {{k, d}, 0});
      std::array<float, kPieceLanes> scratch;
      over_cached_pieces(first, last, d, [&](std::int64_t b, std::int64_t blocks) {
        for (std::size_t r = 0; r < restarts.size(); ++r)
          try_piece(*restarts[r], b, blocks, mine[r],
                    distances == nullptr ? scratch.data() : distances + b * kBlock);
      });
    });
    for (std::size_t r = 0; r < restarts.size(); ++r) take_over(found, r, *restarts[r]);
  }

 private:
  // What one worker found: changes to a restart's sums, or all of them but the last cluster's.
  struct Found {
    ClusterSums clusters;
    std::int64_t changed;
  };

  bool adds_up_again(const Restart<Label>& restart) const {
    return restart.centers.rows() <= 16 && restart.changed * 8 > data_.rows();
  }

  void try_piece(Restart<Label>& restart, std::int64_t b, std::int64_t blocks, Found& found,
                 float* distances) const {
    std::array<Label, kPieceLanes> fresh;
    nearest_centers(machine_.isa, data_.block(b), blocks, restart.centers.view(), fresh.data(),
                    distances);
    Label* labels = restart.labels.data() + b * kBlock;
    if (!adds_up_again(restart)) {
      for (std::int64_t i = 0; i < blocks; ++i)
        move_changed(b + i, fresh.data() + i * kBlock, labels + i * kBlock, found);
      return;
    }
    const std::int64_t rows = std::min(blocks * kBlock, data_.rows() - b * kBlock);
    std::array<std::int64_t, kPieceLanes> owners;
    owners.fill(-1);
    for (std::int64_t i = 0; i < rows; ++i) {
      found.changed += labels[i] != fresh[static_cast<std::size_t>(i)] ? 1 : 0;
      labels[i] = fresh[static_cast<std::size_t>(i)];
      owners[static_cast<std::size_t>(i)] = labels[i];
    }
    sums_.add_to_clusters(machine_.isa, data_.block(b), b, blocks, owners.data(),
                          restart.centers.rows() - 1, found.clusters.values.data(),
                          found.clusters.weights.data());
  }

  void move_changed(std::int64_t b, const Label* fresh, Label* labels, Found& found) const {
    if (std::memcmp(fresh, labels, kBlock * sizeof(Label)) == 0) return;
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
      labels[r] = fresh[r];
      ++found.changed;
    }
  }

  void take_over(const std::vector<std::vector<Found>>& found, std::size_t r,
                 Restart<Label>& restart) const {
    const bool all_again = adds_up_again(restart);
    if (all_again) restart.clusters = ClusterSums(restart.centers.rows(), restart.centers.cols());
    restart.changed = 0;
    for (const std::vector<Found>& of_worker : found) {
      if (of_worker.empty()) continue;
      restart.clusters += of_worker[r].clusters;
      restart.changed += of_worker[r].changed;
    }
    if (all_again) give_rest_to_last(restart.clusters);
  }

  void give_rest_to_last(ClusterSums& clusters) const {
    const std::int64_t last = clusters.values.rows() - 1;
    std::ranges::copy(sums_.totals(), clusters.values.row(last).begin());
    clusters.weights.back() = sums_.total_weight();
    for (std::int64_t c = 0; c < last; ++c) {
      clusters.weights.back() -= clusters.weights[static_cast<std::size_t>(c)];
      for (std::int64_t j = 0; j < clusters.values.cols(); ++j)
        clusters.values(last, j) -= clusters.values(c, j);
    }
  }

  const CpuDataSet& data_;
  const KMeansSums& sums_;
  Machine machine_;
};

}  // namespace cohort::cpu
