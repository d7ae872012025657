#include "host/cpu/statistics.hpp"

#include <array>
#include <utility>

namespace cohort::cpu {

namespace {

/// The cut weights of a piece's rows.
struct CutWeights {
  void cut(const float* weights, std::int64_t rows, const WeightScale& scale) {
    for (std::size_t r = 0; r < static_cast<std::size_t>(rows); ++r) {
      const double scaled_weight = static_cast<double>(weights[r]) * scale.factor();
      whole[r] = grid_integer(scaled_weight);
      part[r] = scaled_weight - on_grid(scaled_weight, 1);
    }
  }
  std::array<std::uint64_t, kPieceLanes> whole;
  std::array<double, kPieceLanes> part;
};

/// Some blocks that fit into the first-level cache. While a piece is added up, the next is fetched:
/// features first, rows second is no order that the processor foresees.
struct Piece {
  const float* x;
  std::int64_t blocks;
  const float* live;          ///< rows count where this is above 0; null where all do
  const CutWeights* weights;  ///< null where there are none
};

template <class Body>
void over_pieces(const CpuDataSet& data, const RowWeighting& weighting, ThreadPool& pool,
                 const Body& body) {
  std::vector<CutWeights> scratch(
      static_cast<std::size_t>(weighting.weighted ? pool.threads() : 0));
  over_blocks(pool, data.blocks(), [&](std::int64_t first, std::int64_t last, int worker) {
    by_liveness(data, first, last, [&](std::int64_t from, std::int64_t to, const float* live) {
      over_cached_pieces(from, to, data.features(), [&](std::int64_t b, std::int64_t count) {
        Piece piece{data.block(b), count, live, nullptr};
        if (live != nullptr) piece.live += (b - from) * kBlock;
        if (weighting.weighted) {
          CutWeights& weights = scratch[static_cast<std::size_t>(worker)];
          weights.cut(piece.live, count * kBlock, weighting.scale);
          piece.weights = &weights;
        }
        body(piece, worker);
      });
    });
  });
}

/// A feature's sums in lanes: integers read out of pushed doubles, the push taken out at the end.
template <int W, bool kWeighted>
struct LaneSums {
  using D = typename Lanes<W>::D;
  using L = typename Lanes<W>::L;

  [[gnu::always_inline]] void add(D scaled, const CutWeights* weights, std::int64_t row) {
    if (kWeighted) {
      const D rest = *reinterpret_cast<const D*>(weights->part.data() + row);
      const L whole = *reinterpret_cast<const L*>(weights->whole.data() + row);
      sum += Lanes<W>::grid_steps(scaled, 1) * whole +
             Lanes<W>::grid_steps(rest * Lanes<W>::on_grid(scaled, 1), 1);
    } else {
      sum += Lanes<W>::grid_steps(scaled, 1);
    }
  }
  [[gnu::always_inline]] void store(std::uint64_t* total) const {
    *total += static_cast<std::uint64_t>(Lanes<W>::total(sum));
  }

  L sum = {};
};

/// Sums of x on each feature's grid. The rows of a piece stay in the cache while each feature's
/// are added up in registers.
template <bool kWeighted>
struct ValueSums {
  template <int W>
  [[gnu::always_inline]] static void run(const float* x, std::int64_t d, std::int64_t blocks,
                                         const CutWeights* weights, const double* steps,
                                         std::uint64_t* sums) {
    for (std::int64_t j = 0; j < d; ++j) {
      LaneSums<W, kWeighted> sum;
      for (std::int64_t b = 0; b < blocks; ++b) {
        const float* values = x + (b * d + j) * kBlock;
        __builtin_prefetch(values + blocks * d * kBlock);
        for (std::int64_t l = 0; l < kBlock; l += W)
          sum.add(Lanes<W>::widened(values + l) * steps[j], weights, b * kBlock + l);
      }
      sum.store(sums + j);
    }
  }
};

/// Sums of (x - mean)^2 as WideSum takes them: a coarse one and a fine one for each feature.
/// \tparam kAll  whether all rows count
template <bool kWeighted, bool kAll>
struct SquareSums {
  template <int W>
  [[gnu::always_inline]] static void run(const float* x, std::int64_t d, std::int64_t blocks,
                                         const float* live, const CutWeights* weights,
                                         const double* mean, const double* steps,
                                         std::uint64_t* sums) {
    using D = typename Lanes<W>::D;
    for (std::int64_t j = 0; j < d; ++j) {
      LaneSums<W, kWeighted> coarse;
      LaneSums<W, kWeighted> fine;
      for (std::int64_t b = 0; b < blocks; ++b) {
        const float* values = x + (b * d + j) * kBlock;
        __builtin_prefetch(values + blocks * d * kBlock);
        for (std::int64_t l = 0; l < kBlock; l += W) {
          const std::int64_t row = b * kBlock + l;
          const D deviation = Lanes<W>::widened(values + l) - mean[j];
          D square = deviation * deviation * steps[j];
          if (!kAll) square = Lanes<W>::widened(live + row) > D{} ? square : D{};
          coarse.add(square, weights, row);
          fine.add((square - Lanes<W>::on_grid(square, 1)) * WideSum::kFineSteps, weights, row);
        }
      }
      coarse.store(sums + 2 * j);
      fine.store(sums + 2 * j + 1);
    }
  }
};

}  // namespace

std::vector<std::int64_t> value_sums(const CpuDataSet& data, const RowWeighting& weighting,
                                     const std::vector<double>& steps, Machine machine) {
  const std::int64_t d = data.features();
  WorkerSums sums(machine, d);
  over_pieces(data, weighting, machine.pool, [&](const Piece& piece, int worker) {
    const auto run = [&](auto kernel) {
      dispatch_doubles<decltype(kernel)>(machine.isa, piece.x, d, piece.blocks, piece.weights,
                                         steps.data(), sums.of(worker));
    };
    weighting.weighted ? run(ValueSums<true>()) : run(ValueSums<false>());
  });
  std::vector<std::int64_t> totals;
  for (std::int64_t j = 0; j < d; ++j) totals.push_back(sums.total(j, 1));
  return totals;
}

std::vector<double> variances(const CpuDataSet& data, const RowWeighting& weighting,
                              const ColumnRanges& ranges, const std::vector<double>& mean,
                              Machine machine) {
  const std::int64_t d = data.features();
  const std::vector<Grid> grids = square_grids(ranges, mean, weighting);
  const std::vector<double> steps = steps_of(grids);
  WorkerSums sums(machine, 2 * d);
  over_pieces(data, weighting, machine.pool, [&](const Piece& piece, int worker) {
    const auto run = [&](auto kernel) {
      dispatch_doubles<decltype(kernel)>(machine.isa, piece.x, d, piece.blocks, piece.live,
                                         piece.weights, mean.data(), steps.data(), sums.of(worker));
    };
    if (weighting.weighted)
      run(SquareSums<true, false>());
    else if (piece.live != nullptr)
      run(SquareSums<false, false>());
    else
      run(SquareSums<false, true>());
  });
  std::vector<WideSum> totals;
  for (std::int64_t j = 0; j < d; ++j)
    totals.push_back({sums.total(2 * j, 1), sums.total(2 * j + 1, 1)});
  return variances_of(totals, grids, weighting);
}

namespace {

std::vector<double> means(const CpuDataSet& data, const RowWeighting& weighting,
                          const ColumnRanges& ranges, Machine machine) {
  const std::vector<Grid> grids = value_grids(ranges, weighting);
  return means_of(value_sums(data, weighting, steps_of(grids), machine), grids, ranges, weighting);
}

}  // namespace

std::vector<double> column_means(const CpuDataSet& data, Machine machine) {
  return means(data, weighting_of(data), column_ranges(data, machine), machine);
}

ColumnStatistics column_statistics(const CpuDataSet& data, Machine machine) {
  const RowWeighting weighting = weighting_of(data);
  ColumnRanges ranges = column_ranges(data, machine);
  ColumnStatistics statistics;
  statistics.total_weight = weighting.total;
  statistics.mean = means(data, weighting, ranges, machine);
  statistics.variance = variances(data, weighting, ranges, statistics.mean, machine);
  statistics.minimum = std::move(ranges.minimum);
  statistics.maximum = std::move(ranges.maximum);
  return statistics;
}

}  // namespace cohort::cpu
