#include <algorithm>

#include "cohort/memory.hpp"
#include "cohort/silhouette_arithmetic.hpp"

#include "host/cpu/exact_lanes.hpp"

namespace cohort::cpu {

namespace {

/// The rows, cluster after cluster, row-major: what all rows are compared with.
struct ClusteredRows {
  ClusteredRows(const CpuDataSet& data, std::span<const std::int32_t> labels,
                std::int64_t n_clusters, const RowWeighting& weighting)
      : begin(static_cast<std::size_t>(n_clusters) + 1),
        x(static_cast<std::size_t>(data.rows() * data.features())),
        whole(static_cast<std::size_t>(data.rows())),
        part(static_cast<std::size_t>(data.rows())) {
    for (const std::int32_t label : labels) ++begin[static_cast<std::size_t>(label) + 1];
    for (std::size_t c = 1; c < begin.size(); ++c) begin[c] += begin[c - 1];
    std::vector<std::int64_t> next(begin.begin(), begin.end() - 1);
    for (std::int64_t i = 0; i < data.rows(); ++i) {
      const std::int64_t place =
          next[static_cast<std::size_t>(labels[static_cast<std::size_t>(i)])]++;
      for (std::int64_t j = 0; j < data.features(); ++j)
        x[static_cast<std::size_t>(place * data.features() + j)] = data.at(i, j);
      const WeightCut cut = weighting.cut(data.weight(i));
      whole[static_cast<std::size_t>(place)] = static_cast<std::uint64_t>(cut.whole);
      part[static_cast<std::size_t>(place)] = cut.part;
    }
  }
  std::vector<std::int64_t> begin;  ///< k + 1
  std::vector<float> x;
  std::vector<std::uint64_t> whole;
  std::vector<double> part;
};

/// Sums of the distances from each of a block's rows to the rows of each cluster: sums is k x 16.
template <bool kWeighted>
struct DistanceSums {
  template <int W>
  [[gnu::always_inline]] static void run(const float* __restrict block, std::int64_t d,
                                         const ClusteredRows* rows, double steps,
                                         std::uint64_t* __restrict sums) {
    const auto clusters = static_cast<std::int64_t>(rows->begin.size()) - 1;
    for (std::int64_t c = 0; c < clusters; ++c) {
      std::uint64_t total[kBlock] = {};
      for (std::int64_t i = rows->begin[static_cast<std::size_t>(c)];
           i < rows->begin[static_cast<std::size_t>(c) + 1]; ++i) {
        const float* __restrict other = rows->x.data() + i * d;
        float square[kBlock] = {};
        for (std::int64_t j = 0; j < d; ++j) {
          for (std::int64_t l = 0; l < kBlock; ++l)
            square[l] = add_squared_difference(block[j * kBlock + l], other[j], square[l]);
        }
        const std::uint64_t whole = rows->whole[static_cast<std::size_t>(i)];
        const double part = rows->part[static_cast<std::size_t>(i)];
        for (std::int64_t l = 0; l < kBlock; ++l)
          total[l] += distance_term<kWeighted>(square[l], steps, whole, part);
      }
      for (std::int64_t l = 0; l < kBlock; ++l) sums[c * kBlock + l] = total[l];
    }
  }
};

double largest_distance(const CpuDataSet& data) {
  std::vector<float> minimum, maximum;
  for (std::int64_t j = 0; j < data.features(); ++j) {
    minimum.push_back(data.at(0, j));
    maximum.push_back(data.at(0, j));
    for (std::int64_t i = 1; i < data.rows(); ++i) {
      minimum.back() = std::min(minimum.back(), data.at(i, j));
      maximum.back() = std::max(maximum.back(), data.at(i, j));
    }
  }
  return cohort::largest_distance(minimum, maximum);
}

/// Weights as integers on one grid, of rows (of one copy, where rows stand for several) and of
/// clusters: what is left of a cluster without a row is exact.
struct WeightTable {
  WeightTable(const CpuDataSet& data, std::span<const std::int32_t> labels, std::int64_t n_clusters,
              const RowWeighting& weighting)
      : grid(weighting.grid(1)), clusters(static_cast<std::size_t>(n_clusters)) {
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const double weight = data.weight(static_cast<std::int64_t>(i));
      const double steps = grid.steps_per_unit();
      rows.push_back(unit_term(1, steps, weighting.cut(weighting.copy_weight(weight))));
      clusters[static_cast<std::size_t>(labels[i])] += unit_term(1, steps, weighting.cut(weight));
    }
  }
  Grid grid;
  std::vector<std::int64_t> rows, clusters;
};

/// The silhouette of row i from its distance sums. Sums and weights are in the same unit.
double silhouette_of(std::size_t i, std::size_t own, const std::vector<double>& sums,
                     const WeightTable& weights) {
  RowSilhouette row;
  for (std::size_t c = 0; c < sums.size(); ++c) {
    if (c == own)
      row.meet_own(sums[c], from_grid(weights.clusters[c] - weights.rows[i], weights.grid));
    else
      row.meet_other(sums[c], from_grid(weights.clusters[c], weights.grid));
  }
  return row.value();
}

/// The sums of weight x value over each cluster's rows.
std::vector<std::int64_t> value_totals(const std::vector<double>& values, const CpuDataSet& data,
                                       std::span<const std::int32_t> labels,
                                       std::int64_t n_clusters, const RowWeighting& weighting) {
  const double steps = weighting.grid(1).steps_per_unit();
  std::vector<std::int64_t> totals(static_cast<std::size_t>(n_clusters));
  for (std::size_t i = 0; i < labels.size(); ++i)
    totals[static_cast<std::size_t>(labels[i])] +=
        unit_term(values[i], steps, weighting.cut(data.weight(static_cast<std::int64_t>(i))));
  return totals;
}

}  // namespace

SilhouetteResult silhouette(const CpuDataSet& data, std::span<const std::int32_t> labels,
                            std::int64_t n_clusters, Machine machine) {
  const std::int64_t threads = machine.pool.threads();
  require_memory(4.0 * static_cast<double>(data.rows()) * static_cast<double>(data.features() + 8) +
                     8.0 * static_cast<double>(n_clusters * kBlock * threads),
                 "the silhouette", "take fewer rows");
  const RowWeighting weighting = weighting_of(data);
  const ClusteredRows rows(data, labels, n_clusters, weighting);
  const WeightTable weights(data, labels, n_clusters, weighting);
  const Grid grid = weighting.grid(largest_distance(data));

  SilhouetteResult result;
  result.values.resize(static_cast<std::size_t>(data.rows()));
  WorkerSums scratch(machine, n_clusters * kBlock);
  machine.pool.run(data.blocks(), [&](std::int64_t b, int worker) {
    std::uint64_t* sums = scratch.of(worker);
    dispatch_weighted<DistanceSums>(weighting, machine.isa, data.block(b), data.features(), &rows,
                                    grid.steps_per_unit(), sums);
    std::vector<double> distances(static_cast<std::size_t>(n_clusters));
    for (std::int64_t l = 0; l < data.rows_in(b); ++l) {
      for (std::int64_t c = 0; c < n_clusters; ++c)
        distances[static_cast<std::size_t>(c)] =
            from_grid(static_cast<std::int64_t>(sums[c * kBlock + l]), grid);
      const auto i = static_cast<std::size_t>(b * kBlock + l);
      result.values[i] = silhouette_of(i, static_cast<std::size_t>(labels[i]), distances, weights);
    }
  });
  add_means(result, value_totals(result.values, data, labels, n_clusters, weighting),
            weights.clusters, weights.grid);
  return result;
}

}  // namespace cohort::cpu
