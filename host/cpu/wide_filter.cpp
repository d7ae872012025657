#include "host/cpu/wide_filter.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "host/cpu/center_distances.hpp"
#include "host/cpu/nearest.hpp"

namespace cohort::cpu {

namespace {

constexpr float kMostInteger = 32767;
constexpr double kMostNorm = 46340;  // its square fits 31 bits
constexpr double kUnit = 0x1p-24;

// The rows of a block on the grid, d / 2 pairs of 16 lanes, and their sums over the features.
struct RowSums {
  float errors[kBlock];   // of (v - q)^2
  float squares[kBlock];  // of v^2
};

struct Quantise {
  template <int W>
  [[gnu::always_inline]] static void run(const float* x, const WideFilter::Grid* grid,
                                         std::int32_t* pairs, RowSums* sums) {
    using F = typename Lanes<W>::F;
    using I = typename Lanes<W>::I;
    for (int lane = 0; lane < kBlock; lane += W) {
      F errors = {};
      F squares = {};
      for (std::int64_t p = 0; p < grid->pairs; ++p) {
        const I low = on_grid<W>(x + lane, *grid, 2 * p, errors, squares);
        const I high = 2 * p + 1 < grid->features
                           ? on_grid<W>(x + lane, *grid, 2 * p + 1, errors, squares)
                           : I{};
        *reinterpret_cast<I*>(pairs + p * kBlock + lane) = (low & 0xffff) | (high << 16);
      }
      *reinterpret_cast<F*>(sums->errors + lane) = errors;
      *reinterpret_cast<F*>(sums->squares + lane) = squares;
    }
  }

 private:
  static constexpr float kFloatPush = 12582912;  // 1.5 x 2^23

  // Feature j of W rows on the grid; what it adds to their sums.
  template <int W>
  [[gnu::always_inline]] static typename Lanes<W>::I on_grid(const float* x,
                                                             const WideFilter::Grid& grid,
                                                             std::int64_t j,
                                                             typename Lanes<W>::F& errors,
                                                             typename Lanes<W>::F& squares) {
    using F = typename Lanes<W>::F;
    using I = typename Lanes<W>::I;
    const F value = Lanes<W>::fma(*reinterpret_cast<const F*>(x + j * kBlock), F{} + grid.scale,
                                  F{} + grid.shift[j]);
    const F low = value < kMostInteger ? value : F{} + kMostInteger;
    const F inside = low > -kMostInteger ? low : F{} - kMostInteger;
    const F pushed = inside + kFloatPush;
    const F error = value - (pushed - kFloatPush);
    errors = Lanes<W>::fma(error, error, errors);
    squares = Lanes<W>::fma(value, value, squares);
    return (I)pushed - (I)(F{} + kFloatPush);
  }
};

// Scores of two blocks: for each centre 2 x 16 lanes.
struct Score {
  template <int W>
  [[gnu::always_inline]] static void run(const std::int32_t* pairs, std::int64_t second,
                                         const WideFilter::Grid* grid, std::int32_t* scores) {
    constexpr int T = W == 16 ? 8 : 4;
    std::int64_t c = 0;
    for (; c + T <= grid->count; c += T) score<W, T>(pairs, second, grid, c, scores);
    for (; c < grid->count; ++c) score<W, 1>(pairs, second, grid, c, scores);
  }

  template <int W, int T>
  [[gnu::always_inline]] static void score(const std::int32_t* pairs, std::int64_t second,
                                           const WideFilter::Grid* grid, std::int64_t c,
                                           std::int32_t* scores) {
    using I = typename Lanes<W>::I;
    const std::int32_t* centers = grid->centers + c * grid->pairs;
    for (int lane = 0; lane < kBlock; lane += W) {
      I ones[T] = {};
      I others[T] = {};
      for (std::int64_t p = 0; p < grid->pairs; ++p) {
        const std::int32_t* at = pairs + p * kBlock + lane;
        const I one = *reinterpret_cast<const I*>(at);
        const I other = *reinterpret_cast<const I*>(at + second);
#pragma GCC unroll 8
        for (int t = 0; t < T; ++t) {
          const I center = I{} + centers[t * grid->pairs + p];
          ones[t] = Lanes<W>::wrapped_sum(ones[t], Lanes<W>::pair_products(one, center));
          others[t] = Lanes<W>::wrapped_sum(others[t], Lanes<W>::pair_products(other, center));
        }
      }
#pragma GCC unroll 8
      for (int t = 0; t < T; ++t) {
        const I start = I{} + grid->start[c + t];
        *reinterpret_cast<I*>(scores + (c + t) * 2 * kBlock + lane) =
            Lanes<W>::wrapped_sum(ones[t], start);
        *reinterpret_cast<I*>(scores + (c + t) * 2 * kBlock + kBlock + lane) =
            Lanes<W>::wrapped_sum(others[t], start);
      }
    }
  }
};

// A block's proposals.
struct Proposals {
  std::int32_t label[kBlock];  // the lowest candidate
  std::int32_t count[kBlock];  // of candidates; 0 where nothing is proved
  std::int64_t centers;        // candidates of any lane that is not decided,
  std::int32_t* list;          // in order
};

struct Propose {
  // \param scores  of one block, 32 lanes apart \param all  candidates of decided lanes too
  template <int W>
  [[gnu::always_inline]] static void run(const std::int32_t* pairs, const std::int32_t* scores,
                                         const RowSums* sums, const WideFilter::Grid* grid,
                                         bool all, Proposals* found) {
    using I = typename Lanes<W>::I;
    std::int32_t thresholds[kBlock];
    for (int lane = 0; lane < kBlock; lane += W) {
      *reinterpret_cast<I*>(thresholds + lane) = threshold<W>(
          pairs + lane, scores + lane, *reinterpret_cast<const F<W>*>(sums->errors + lane),
          *reinterpret_cast<const F<W>*>(sums->squares + lane), *grid);
      *reinterpret_cast<I*>(found->count + lane) = I{};
      *reinterpret_cast<I*>(found->label + lane) = I{};
    }
    found->centers = 0;
    for (std::int64_t c = 0; c < grid->count; ++c) {
      bool some = false;
      for (int lane = 0; lane < kBlock; lane += W) {
        const I is = candidates<W>(scores + c * 2 * kBlock, thresholds, lane, I{} - 1);
        if (!Lanes<W>::any(is)) continue;
        some = true;
        I& count = *reinterpret_cast<I*>(found->count + lane);
        I& label = *reinterpret_cast<I*>(found->label + lane);
        const I lowest = count == 0 ? I{} + static_cast<std::int32_t>(c) : label;
        label = is == 0 ? label : lowest;
        count -= is;
      }
      found->list[found->centers] = static_cast<std::int32_t>(c);
      found->centers += some ? 1 : 0;
    }
    if (!all) keep_undecided<W>(scores, thresholds, found);
  }

 private:
  template <int W>
  using F = typename Lanes<W>::F;

  // Candidates have it or more; where nothing is proved there are none.
  template <int W>
  [[gnu::always_inline]] static typename Lanes<W>::I threshold(const std::int32_t* pairs,
                                                               const std::int32_t* scores,
                                                               F<W> errors, F<W> squares,
                                                               const WideFilter::Grid& grid) {
    using I = typename Lanes<W>::I;
    using Unsigned = typename LaneTypes<W>::Unsigned;
    I best = *reinterpret_cast<const I*>(scores);
    for (std::int64_t c = 1; c < grid.count; ++c) {
      const I score = *reinterpret_cast<const I*>(scores + c * 2 * kBlock);
      best = score > best ? score : best;
    }
    I square = {};
    for (std::int64_t p = 0; p < grid.pairs; ++p) {
      const I pair = *reinterpret_cast<const I*>(pairs + p * kBlock);
      square = Lanes<W>::wrapped_sum(square, Lanes<W>::pair_products(pair, pair));
    }
    const F<W> w =
        __builtin_convertvector((I)((Unsigned)square - (Unsigned)best - (Unsigned)best + 1U), F<W>);
    const F<W> norm = Lanes<W>::root(squares);
    const F<W> error =
        Lanes<W>::root(errors) * (1 + grid.relative) + norm * 0x1p-23F + grid.center_error;
    const F<W> f = error * grid.f_per_e + grid.f_constant;
    const F<W> root = Lanes<W>::root(w);
    const F<W> slack =
        (w * grid.square_part + root * f * grid.root_part + f * f) * (0.5F * (1 + 0x1p-16F)) + 1.5F;
    const I none = I{} + std::numeric_limits<std::int32_t>::max();
    const F<W> limited = slack < 0x1p30F ? slack : F<W>{} + 0x1p30F;
    I result = Lanes<W>::wrapped_sum(best, -__builtin_convertvector(limited, I));
    result = limited < 0x1p30F ? result : none;
    result = norm < grid.most_norm ? result : none;
    return root + f < grid.most_root ? result : none;
  }

  // `those` lanes that have a candidate; 0 in the others. (A comparison's own result g++ takes
  // apart, lane by lane.)
  template <int W>
  [[gnu::always_inline]] static typename Lanes<W>::I candidates(const std::int32_t* scores,
                                                                const std::int32_t* thresholds,
                                                                int lane,
                                                                typename Lanes<W>::I those) {
    using I = typename Lanes<W>::I;
    return *reinterpret_cast<const I*>(scores + lane) <
                   *reinterpret_cast<const I*>(thresholds + lane)
               ? I{}
               : those;
  }

  // Leaves those in the list that a lane with several has.
  template <int W>
  [[gnu::always_inline]] static void keep_undecided(const std::int32_t* scores,
                                                    const std::int32_t* thresholds,
                                                    Proposals* found) {
    using I = typename Lanes<W>::I;
    std::int64_t kept = 0;
    for (std::int64_t n = 0; n < found->centers; ++n) {
      const std::int32_t c = found->list[n];
      bool some = false;
      for (int lane = 0; lane < kBlock; lane += W) {
        const I several = *reinterpret_cast<const I*>(found->count + lane) > 1 ? I{} - 1 : I{};
        some |= Lanes<W>::any(candidates<W>(scores + c * 2 * kBlock, thresholds, lane, several));
      }
      found->list[kept] = c;
      kept += some ? 1 : 0;
    }
    found->centers = kept;
  }
};

// The defined distances of a block from the listed centres decide the lanes that have several.
struct Decide {
  template <int W>
  [[gnu::always_inline]] static void run(const float* x, std::int64_t d, const float* centers,
                                         const Proposals* found, std::int32_t* labels,
                                         float* distances) {
    using F = typename Lanes<W>::F;
    using I = typename Lanes<W>::I;
    for (int lane = 0; lane < kBlock; lane += W) {
      F best = F{} + std::numeric_limits<float>::infinity();
      I label = {};
      for (std::int64_t n = 0; n < found->centers; n += 4) {
        const float* rows[4];
        for (int t = 0; t < 4; ++t)
          rows[t] = centers + found->list[std::min(n + t, found->centers - 1)] * d;
        F totals[4] = {};
        for (std::int64_t j = 0; j < d; ++j) {
          const F value = *reinterpret_cast<const F*>(x + j * kBlock + lane);
#pragma GCC unroll 4
          for (int t = 0; t < 4; ++t) {
            const F difference = value - rows[t][j];
            totals[t] = Lanes<W>::fma(difference, difference, totals[t]);
          }
        }
#pragma GCC unroll 4
        for (int t = 0; t < 4; ++t) {
          const auto closer = totals[t] < best;
          best = closer ? totals[t] : best;
          label = closer ? I{} + found->list[std::min(n + t, found->centers - 1)] : label;
        }
      }
      const I count = *reinterpret_cast<const I*>(found->count + lane);
      *reinterpret_cast<I*>(labels + lane) =
          count > 1 ? label : *reinterpret_cast<const I*>(found->label + lane);
      if (distances != nullptr) *reinterpret_cast<F*>(distances + lane) = best;
    }
  }
};

}  // namespace

WideFilter::WideFilter(const CpuDataSet& data, MatrixView<const float> centers)
    : data_(data), centers_(centers) {
  const std::int64_t d = centers.cols();
  const std::int64_t k = centers.rows();
  const std::int64_t pairs = (d + 1) / 2;
  std::vector<double> middle(static_cast<std::size_t>(d));
  for (std::int64_t j = 0; j < d; ++j) {
    double low = static_cast<double>(centers(0, j));
    double high = low;
    for (std::int64_t c = 1; c < k; ++c) {
      low = std::min(low, static_cast<double>(centers(c, j)));
      high = std::max(high, static_cast<double>(centers(c, j)));
    }
    middle[static_cast<std::size_t>(j)] = (low + high) / 2;
  }
  const auto norm_of = [&](const auto& value) {
    double square = 0;
    for (std::int64_t j = 0; j < d; ++j) {
      const double offset = static_cast<double>(value(j)) - middle[static_cast<std::size_t>(j)];
      square += offset * offset;
    }
    return std::sqrt(square);
  };
  // Any scale is right. This one is good for rows up to twice as far out as a few that are looked
  // at.
  double farthest_center = 0;
  double farthest_row = 0;
  for (std::int64_t c = 0; c < k; ++c)
    farthest_center =
        std::max(farthest_center, norm_of([&](std::int64_t j) { return centers(c, j); }));
  constexpr std::int64_t kSample = 256;
  for (std::int64_t n = 0; n < kSample; ++n) {
    const std::int64_t row = data.rows() * n / kSample;
    farthest_row = std::max(farthest_row, norm_of([&](std::int64_t j) { return data.at(row, j); }));
  }
  const double reach = farthest_center + farthest_row;
  const int exponent = reach > 0 ? 14 - std::ilogb(reach) - 1 : 0;
  const double scale = std::ldexp(1.0, std::clamp(exponent, -100, 100));

  double most_square = 0;
  double most_error = 0;
  shift_.resize(static_cast<std::size_t>(2 * pairs));
  for (std::int64_t j = 0; j < d; ++j)
    shift_[static_cast<std::size_t>(j)] =
        static_cast<float>(-scale * middle[static_cast<std::size_t>(j)]);
  for (std::int64_t c = 0; c < k; ++c) {
    double square = 0;
    double error = 0;
    for (std::int64_t p = 0; p < pairs; ++p) {
      std::int32_t both[2] = {};
      for (std::int64_t j = 2 * p; j < std::min(2 * p + 2, d); ++j) {
        const double value = scale * static_cast<double>(centers(c, j)) +
                             static_cast<double>(shift_[static_cast<std::size_t>(j)]);
        const double rounded = std::clamp(std::nearbyint(value), -32767.0, 32767.0);
        both[j % 2] = static_cast<std::int32_t>(rounded);
        square += rounded * rounded;
        error += (value - rounded) * (value - rounded);
      }
      packed_.push_back(static_cast<std::int32_t>((static_cast<std::uint32_t>(both[0]) & 0xffffU) |
                                                  static_cast<std::uint32_t>(both[1]) << 16));
    }
    start_.push_back(-static_cast<std::int32_t>(std::min(std::floor(square / 2), 0x1p30)));
    most_square = std::max(most_square, square);
    most_error = std::max(most_error, error);
  }

  const auto features = static_cast<double>(d);
  const double chain = (features + 2) * kUnit * (1 + (features + 2) * kUnit);
  const double a = (1 + chain) / (1 - chain);
  const double larger = 1 + 0x1p-20;
  grid_.shift = shift_.data();
  grid_.centers = packed_.data();
  grid_.start = start_.data();
  grid_.features = d;
  grid_.pairs = pairs;
  grid_.count = k;
  grid_.scale = static_cast<float>(scale);
  grid_.most_norm = static_cast<float>((kMostNorm - std::sqrt(most_square) - std::sqrt(features)) *
                                       (1 - 0x1p-10));
  grid_.center_error = static_cast<float>(std::sqrt(most_error) * larger);
  grid_.relative = static_cast<float>((features + 8) * kUnit * larger);
  grid_.square_part = static_cast<float>((a * a - 1) * larger);
  grid_.root_part = static_cast<float>(2 * a * larger);
  grid_.f_per_e = static_cast<float>((a + 1) * larger);
  grid_.f_constant =
      static_cast<float>(scale * std::sqrt(2 * features * 0x1p-149) / (1 - chain) * larger);
  grid_.most_root = static_cast<float>(scale * 0x1p60);
}

template <class Label>
void WideFilter::label(Isa isa, std::int64_t first, std::int64_t blocks, Label* labels,
                       float* distances) const {
  const auto per_block = static_cast<std::size_t>(grid_.pairs * kBlock);
  std::vector<std::int32_t> pairs(2 * per_block);
  std::vector<std::int32_t> scores(static_cast<std::size_t>(grid_.count * 2 * kBlock));
  std::vector<std::int32_t> list(static_cast<std::size_t>(grid_.count));
  std::array<RowSums, 2> sums;
  std::array<float, kBlock> unwanted;
  for (std::int64_t b = 0; b < blocks; b += 2) {
    const std::int64_t both = std::min<std::int64_t>(2, blocks - b);
    for (std::int64_t i = 0; i < both; ++i)
      dispatch<Quantise>(isa, data_.block(first + b + i), &grid_,
                         pairs.data() + i * static_cast<std::int64_t>(per_block),
                         &sums[static_cast<std::size_t>(i)]);
    const std::int64_t second = both == 2 ? static_cast<std::int64_t>(per_block) : 0;
    dispatch<Score>(isa, static_cast<const std::int32_t*>(pairs.data()), second, &grid_,
                    scores.data());
    for (std::int64_t i = 0; i < both; ++i) {
      const float* x = data_.block(first + b + i);
      Label* of_block = labels + (b + i) * kBlock;
      float* to = distances == nullptr ? nullptr : distances + (b + i) * kBlock;
      Proposals found;
      found.list = list.data();
      // g++ takes comparisons of 512 bits apart, lane by lane.
      dispatch<Propose>(std::min(isa, Isa::avx2),
                        static_cast<const std::int32_t*>(pairs.data() + i * second),
                        static_cast<const std::int32_t*>(scores.data() + i * kBlock),
                        static_cast<const RowSums*>(&sums[static_cast<std::size_t>(i)]), &grid_,
                        distances != nullptr, &found);
      if (*std::min_element(found.count, found.count + kBlock) == 0 ||
          2 * found.centers > grid_.count) {
        nearest_centers(isa, x, 1, centers_, of_block, to == nullptr ? unwanted.data() : to);
        continue;
      }
      std::int32_t* chosen = found.label;
      if (found.centers > 0) {
        std::array<std::int32_t, kBlock> decided;
        dispatch<Decide>(isa, x, grid_.features, centers_.data(),
                         static_cast<const Proposals*>(&found), decided.data(), to);
        std::copy(decided.begin(), decided.end(), chosen);
      }
      std::transform(chosen, chosen + kBlock, of_block,
                     [](std::int32_t label) { return static_cast<Label>(label); });
    }
  }
}

template void WideFilter::label(Isa, std::int64_t, std::int64_t, std::uint8_t*, float*) const;
template void WideFilter::label(Isa, std::int64_t, std::int64_t, std::int32_t*, float*) const;

}  // namespace cohort::cpu
