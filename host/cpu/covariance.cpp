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
/// not exist or weigh nothing give 0. \tparam kOdd  whether odds are wanted: the same, made odd()
template <bool kOdd>
struct Deviations {
  template <int W>
  [[gnu::always_inline]] static void run(const CpuDataSet* data, std::int64_t first,
                                         std::int64_t last, const double* mean,
                                         const double* factor, double* __restrict deviations,
                                         double* __restrict odds) {
    for (std::int64_t b = first; b < last; ++b) {
      const float* __restrict x = data->block(b);
      const float* __restrict weights = lane_weights(*data, b);
      for (std::int64_t j = 0; j < data->features(); ++j) {
        const std::int64_t at = j * kChunkRows + (b - first) * kBlock;
        for (std::int64_t l = 0; l < kBlock; ++l) {
          double value = (static_cast<double>(x[j * kBlock + l]) - mean[j]) * factor[j];
          value = weights[l] > 0 ? value : 0.0;
          deviations[at + l] = value;
          // (A 0 made odd would be denormal: slow, and nothing to the sum.)
          if (kOdd) odds[at + l] = value != 0 ? odd(value) : 0.0;
        }
      }
    }
  }
};

/// Pairs that share the registers, a square tile of features each way.
template <int W>
inline constexpr std::int64_t kTile = W == 16 ? 4 : 2;
constexpr std::int64_t kLargestTile = 4;
constexpr std::int64_t kLargestLanes = 8;

/// The sums of a pair in its lanes, as pair_products.hpp has them.
template <int W, bool kWeighted>
struct LanePair {
  using D = typename DoubleLanes<W>::D;
  using U = typename DoubleLanes<W>::U;

  /// \param r  the rows' place in whole and part
  [[gnu::always_inline]] void add(D left, D right, std::int64_t r, const std::uint64_t* whole,
                                  const double* part) {
    D term;
    for (std::size_t l = 0; l < W / 2; ++l) term[l] = __builtin_fma(left[l], right[l], pushed[l]);
    if (kWeighted) {
      const D rest = *reinterpret_cast<const D*>(part + r) * (term - kPush) + kPush;
      weighted +=
          ((U)term - kPushBits) * *reinterpret_cast<const U*>(whole + r) + ((U)rest - kPushBits);
    } else {
      pushed = term;
    }
  }
  [[gnu::always_inline]] U total() const { return kWeighted ? weighted : (U)pushed - kPushBits; }

  D pushed = D{} + kPush;
  U weighted = {};
};

/// Adds the products of all pairs of features. sums: padded x padded x 8 lanes.
template <bool kWeighted>
struct PairSums {
  template <int W>
  [[gnu::always_inline]] static void run(const double* deviations, const double* odds,
                                         std::int64_t rows, std::int64_t padded,
                                         const std::uint64_t* whole, const double* part,
                                         std::uint64_t* sums) {
    using D = typename DoubleLanes<W>::D;
    using U = typename DoubleLanes<W>::U;
    constexpr std::int64_t kLanes = W / 2;
    constexpr std::int64_t kT = kTile<W>;
    for (std::int64_t i = 0; i < padded; i += kT) {
      for (std::int64_t j = i; j < padded; j += kT) {
        LanePair<W, kWeighted> pairs[kT][kT];
        for (std::int64_t r = 0; r < rows; r += kLanes) {
          D right[kT];
#pragma GCC unroll 4
          for (std::int64_t q = 0; q < kT; ++q)
            right[q] = *reinterpret_cast<const D*>(deviations + (j + q) * kChunkRows + r);
#pragma GCC unroll 4
          for (std::int64_t p = 0; p < kT; ++p) {
            const D left = *reinterpret_cast<const D*>(odds + (i + p) * kChunkRows + r);
#pragma GCC unroll 4
            for (std::int64_t q = 0; q < kT; ++q) pairs[p][q].add(left, right[q], r, whole, part);
          }
        }
#pragma GCC unroll 4
        for (std::int64_t p = 0; p < kT; ++p) {
#pragma GCC unroll 4
          for (std::int64_t q = 0; q < kT; ++q)
            *reinterpret_cast<U*>(sums + ((i + p) * padded + j + q) * kLargestLanes) +=
                pairs[p][q].total();
        }
      }
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
      dispatch<Deviations<true>>(machine.isa, &data, b, end, mean.data(), grids.factor().data(),
                                 chunk.deviations.data(), chunk.odds.data());
      if (weighting.weighted) chunk.cut_weights(data, b, end, weighting.scale);
      dispatch_weighted<PairSums>(weighting, machine.isa, chunk.deviations.data(),
                                  chunk.odds.data(), (end - b) * kBlock, padded, chunk.whole.data(),
                                  chunk.part.data(), sums.of(worker));
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
      dispatch<Deviations<false>>(machine.isa, &data, first, last, mean.data(), ones.data(),
                                  deviations.data(), nullptr);
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
