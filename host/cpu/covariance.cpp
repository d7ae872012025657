#include <algorithm>
#include <cmath>

#include <cblas.h>
#include <fmt/format.h>

#include "cohort/memory.hpp"
#include "cohort/pair_products.hpp"

#include "host/cpu/column_ranges.hpp"
#include "host/cpu/exact_lanes.hpp"
#include "host/cpu/single_threaded_blas.hpp"

namespace cohort::cpu {

namespace {

/// Rows whose deviations are in the cache at a time.
constexpr std::int64_t kChunkBlocks = 16;
constexpr std::int64_t kChunkRows = kChunkBlocks * kBlock;
static_assert(kChunkRows <= kProductsInDouble);

/// (x - mean) x factor of up to kChunkBlocks blocks, one feature's rows side by side; rows that do
/// not exist or weigh nothing give 0. Factors are powers of two, so that their order changes
/// nothing. \tparam kOdd  whether odds are wanted: the same, made odd() \tparam kAll  whether all
/// rows count
template <bool kOdd, bool kAll>
struct Deviations {
  template <int W>
  [[gnu::always_inline]] static void run(const float* x, std::int64_t d, std::int64_t blocks,
                                         const float* live, const double* mean,
                                         const double* factor, double* deviations, double* odds) {
    using D = typename Lanes<W>::D;
    using L = typename Lanes<W>::L;
    for (std::int64_t j = 0; j < d; ++j) {
      const D unit = D{} + factor[j];
      const D centre = D{} - mean[j] * factor[j];
      for (std::int64_t b = 0; b < blocks; ++b) {
        const float* values = x + (b * d + j) * kBlock;
        __builtin_prefetch(values + blocks * d * kBlock);
        for (std::int64_t l = 0; l < kBlock; l += W) {
          const std::int64_t row = b * kBlock + l;
          D value = Lanes<W>::fma(Lanes<W>::widened(values + l), unit, centre);
          if (!kAll) value = Lanes<W>::widened(live + row) > D{} ? value : D{};
          *reinterpret_cast<D*>(deviations + j * kChunkRows + row) = value;
          // (A 0 made odd would be denormal: slow, and nothing to the sum.)
          if (kOdd)
            *reinterpret_cast<D*>(odds + j * kChunkRows + row) =
                value != D{} ? (D)((L)value | 1) : D{};
        }
      }
    }
  }
};

template <bool kOdd>
void find_deviations(const CpuDataSet& data, std::int64_t first, std::int64_t last,
                     const double* mean, const double* factor, double* deviations, double* odds,
                     Isa isa) {
  by_liveness(data, first, last, [&](std::int64_t from, std::int64_t to, const float* live) {
    const std::int64_t at = (from - first) * kBlock;
    const auto run = [&](auto kernel) {
      dispatch_doubles<decltype(kernel)>(isa, data.block(from), data.features(), to - from, live,
                                         mean, factor, deviations + at, kOdd ? odds + at : nullptr);
    };
    live == nullptr ? run(Deviations<kOdd, true>()) : run(Deviations<kOdd, false>());
  });
}

/// Pairs that share the registers, a square tile of features each way.
template <int W>
inline constexpr std::int64_t kTile = W == 8 ? 4 : 2;
constexpr std::int64_t kLargestTile = 4;
constexpr std::int64_t kLargestLanes = 8;

/// The sums of a pair in its lanes, as pair_products.hpp has them.
template <int W, bool kWeighted>
struct LanePair {
  using D = typename Lanes<W>::D;
  using L = typename Lanes<W>::L;

  /// \param r  the rows' place in whole and part
  [[gnu::always_inline]] void add(D left, D right, std::int64_t r, const std::uint64_t* whole,
                                  const double* part) {
    const D term = Lanes<W>::fma(left, right, pushed);
    if (kWeighted) {
      const D rest = *reinterpret_cast<const D*>(part + r) * (term - kPush) + kPush;
      weighted += ((L)term - push_bits()) * *reinterpret_cast<const L*>(whole + r) +
                  ((L)rest - push_bits());
    } else {
      pushed = term;
    }
  }
  [[gnu::always_inline]] L total() const { return kWeighted ? weighted : (L)pushed - push_bits(); }
  [[gnu::always_inline]] static L push_bits() { return (L)(D{} + kPush); }

  D pushed = D{} + kPush;
  L weighted = {};
};

/// Adds the products of all pairs of features. sums: padded x padded x 8 lanes.
template <bool kWeighted>
struct PairSums {
  template <int W>
  [[gnu::always_inline]] static void run(const double* deviations, const double* odds,
                                         std::int64_t rows, std::int64_t padded,
                                         const std::uint64_t* whole, const double* part,
                                         std::uint64_t* sums) {
    for (std::int64_t i = 0; i < padded; i += kTile<W>) {
      tile<W, true>(deviations, odds, rows, padded, whole, part, sums, i, i);
      for (std::int64_t j = i + kTile<W>; j < padded; j += kTile<W>)
        tile<W, false>(deviations, odds, rows, padded, whole, part, sums, i, j);
    }
  }

  /// \tparam kDiagonal  whether i = j, and half of the pairs are the others again
  template <int W, bool kDiagonal>
  [[gnu::always_inline]] static void tile(const double* deviations, const double* odds,
                                          std::int64_t rows, std::int64_t padded,
                                          const std::uint64_t* whole, const double* part,
                                          std::uint64_t* sums, std::int64_t i, std::int64_t j) {
    using D = typename Lanes<W>::D;
    using L = typename Lanes<W>::L;
    constexpr std::int64_t kT = kTile<W>;
    LanePair<W, kWeighted> pairs[kT][kT];
    for (std::int64_t r = 0; r < rows; r += W) {
      D right[kT];
#pragma GCC unroll 4
      for (std::int64_t q = 0; q < kT; ++q)
        right[q] = *reinterpret_cast<const D*>(deviations + (j + q) * kChunkRows + r);
#pragma GCC unroll 4
      for (std::int64_t p = 0; p < kT; ++p) {
        const D left = *reinterpret_cast<const D*>(odds + (i + p) * kChunkRows + r);
#pragma GCC unroll 4
        for (std::int64_t q = kDiagonal ? p : 0; q < kT; ++q)
          pairs[p][q].add(left, right[q], r, whole, part);
      }
    }
#pragma GCC unroll 4
    for (std::int64_t p = 0; p < kT; ++p) {
#pragma GCC unroll 4
      for (std::int64_t q = kDiagonal ? p : 0; q < kT; ++q)
        *reinterpret_cast<L*>(sums + ((i + p) * padded + j + q) * kLargestLanes) +=
            pairs[p][q].total();
    }
  }
};

/// What a worker needs for one chunk of rows.
struct Chunk {
  explicit Chunk(std::int64_t padded)
      : deviations(static_cast<std::size_t>(padded * kChunkRows)),
        odds(deviations.size()),
        whole(static_cast<std::size_t>(kChunkRows)),
        part(static_cast<std::size_t>(kChunkRows)) {}
  void cut_weights(const CpuDataSet& data, std::int64_t first, std::int64_t last,
                   const WeightScale& scale) {
    for (std::int64_t b = first; b < last; ++b) {
      const LaneWeights weights(lane_weights(data, b), scale);
      std::copy(weights.whole.begin(), weights.whole.end(), whole.begin() + (b - first) * kBlock);
      std::copy(weights.part.begin(), weights.part.end(), part.begin() + (b - first) * kBlock);
    }
  }
  std::vector<double> deviations, odds;
  std::vector<std::uint64_t> whole;
  std::vector<double> part;
};

Matrix<double> exact_covariance(const CpuDataSet& data, std::span<const double> mean,
                                Machine machine) {
  const std::int64_t d = data.features();
  const std::int64_t padded = (d + kLargestTile - 1) / kLargestTile * kLargestTile;
  const RowWeighting weighting = weighting_of(data);
  const PairGrids grids(column_ranges(data, machine), mean, weighting);

  WorkerSums sums(machine, padded * padded * kLargestLanes);
  std::vector<Chunk> chunks(static_cast<std::size_t>(machine.pool.threads()), Chunk(padded));
  over_blocks(machine.pool, data.blocks(), [&](std::int64_t first, std::int64_t last, int worker) {
    Chunk& chunk = chunks[static_cast<std::size_t>(worker)];
    for (std::int64_t b = first; b < last; b += kChunkBlocks) {
      const std::int64_t end = std::min(b + kChunkBlocks, last);
      find_deviations<true>(data, b, end, mean.data(), grids.factor().data(),
                            chunk.deviations.data(), chunk.odds.data(), machine.isa);
      if (weighting.weighted) chunk.cut_weights(data, b, end, weighting.scale);
      const auto run = [&](auto kernel) {
        dispatch_doubles<decltype(kernel)>(machine.isa, chunk.deviations.data(), chunk.odds.data(),
                                           (end - b) * kBlock, padded, chunk.whole.data(),
                                           chunk.part.data(), sums.of(worker));
      };
      weighting.weighted ? run(PairSums<true>()) : run(PairSums<false>());
    }
  });

  return grids.covariance(weighting, [&](std::int64_t i, std::int64_t j) {
    return sums.total((i * padded + j) * kLargestLanes, kLargestLanes);
  });
}

/// In double by BLAS. Rows are cut into segments by the data's size alone and segments are added in
/// order.
Matrix<double> blas_covariance(const CpuDataSet& data, std::span<const double> mean,
                               Machine machine) {
  constexpr double kSegmentBytes = 0x1p30;
  const std::int64_t d = data.features();
  const double square = 8.0 * static_cast<double>(d) * static_cast<double>(d);
  const std::int64_t chunks = (data.blocks() + kChunkBlocks - 1) / kChunkBlocks;
  const std::int64_t segments = std::min(
      chunks, std::clamp<std::int64_t>(static_cast<std::int64_t>(kSegmentBytes / square), 4, 64));
  require_memory(square * static_cast<double>(segments + 1),
                 fmt::format("the covariance of {} features", d), "leave features out");
  single_threaded_blas();

  const RowWeighting weighting = weighting_of(data);
  const std::vector<double> ones(static_cast<std::size_t>(d), 1.0);
  std::vector<Matrix<double>> parts(static_cast<std::size_t>(segments));
  machine.pool.run(segments, [&](std::int64_t s, int) {
    Matrix<double>& part = parts[static_cast<std::size_t>(s)] = Matrix<double>(d, d);
    std::vector<double> deviations(static_cast<std::size_t>(d * kChunkRows));
    for (std::int64_t c = s * chunks / segments; c < (s + 1) * chunks / segments; ++c) {
      const std::int64_t first = c * kChunkBlocks;
      const std::int64_t last = std::min(first + kChunkBlocks, data.blocks());
      find_deviations<false>(data, first, last, mean.data(), ones.data(), deviations.data(),
                             nullptr, machine.isa);
      if (weighting.weighted) {
        for (std::int64_t r = 0; r < (last - first) * kBlock; ++r) {
          const double root = std::sqrt(static_cast<double>(lane_weights(data, first)[r]));
          for (std::int64_t j = 0; j < d; ++j)
            deviations[static_cast<std::size_t>(j * kChunkRows + r)] *= root;
        }
      }
      cblas_dsyrk(CblasRowMajor, CblasUpper, CblasNoTrans, static_cast<blasint>(d),
                  static_cast<blasint>((last - first) * kBlock), 1.0, deviations.data(),
                  static_cast<blasint>(kChunkRows), 1.0, part.data(), static_cast<blasint>(d));
    }
  });

  Matrix<double> result(d, d);
  for (std::int64_t i = 0; i < d; ++i) {
    for (std::int64_t j = i; j < d; ++j) {
      double total = 0;
      for (const Matrix<double>& part : parts) total += part(i, j);
      result(i, j) = total / weighting.total;
      result(j, i) = result(i, j);
    }
  }
  return result;
}

}  // namespace

Matrix<double> covariance(const CpuDataSet& data, std::span<const double> mean, Machine machine) {
  return data.features() <= kExactFeatures ? exact_covariance(data, mean, machine)
                                           : blas_covariance(data, mean, machine);
}

}  // namespace cohort::cpu
