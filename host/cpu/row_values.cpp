#include "host/cpu/row_values.hpp"

#include <algorithm>

namespace cohort::cpu {

namespace {

template <int W>
[[gnu::always_inline]] inline typename Lanes<W>::D weighted(const float* values,
                                                            const float* weights, std::int64_t i) {
  const auto value = Lanes<W>::widened(values + i);
  return weights == nullptr ? value : value * Lanes<W>::widened(weights + i);
}

struct LargestWeighted {
  template <int W>
  [[gnu::always_inline]] static void run(const float* values, const float* weights,
                                         std::int64_t lanes, double* result) {
    using D = typename Lanes<W>::D;
    D largest = {};
    for (std::int64_t i = 0; i < lanes; i += W) {
      const D term = weighted<W>(values, weights, i);
      largest = term > largest ? term : largest;
    }
    for (int i = 0; i < W; ++i) *result = std::max(*result, largest[i]);
  }
};

struct Largest {
  template <int W>
  [[gnu::always_inline]] static void run(const float* values, std::int64_t lanes, double* result) {
    using F = typename Lanes<W>::F;
    F least = {};  // of the values' negatives
    for (std::int64_t i = 0; i < lanes; i += W) {
      const F negative = -*reinterpret_cast<const F*>(values + i);
      least = negative < least ? negative : least;
    }
    *result = static_cast<double>(-Lanes<W>::least(least));
  }
};

struct Sum {
  template <int W>
  [[gnu::always_inline]] static void run(const float* values, const float* weights,
                                         std::int64_t lanes, double steps, std::int64_t* result) {
    using U = typename Lanes<W>::U;
    U pushed[2] = {};  // as they are; the pushes are taken off in the end
    for (std::int64_t i = 0; i < lanes; i += 2 * W) {
      pushed[0] += (U)Lanes<W>::pushed(weighted<W>(values, weights, i), steps);
      pushed[1] += (U)Lanes<W>::pushed(weighted<W>(values, weights, i + W), steps);
    }
    std::uint64_t sum = 0;
    for (int i = 0; i < W; ++i) sum += pushed[0][i] + pushed[1][i];
    *result = static_cast<std::int64_t>(sum - static_cast<std::uint64_t>(lanes) * bits_of(kPush));
  }
};

// weighted_integer() in lanes; a value without weights has one whole copy.
template <int W>
struct LaneCopies {
  using D = typename Lanes<W>::D;
  using L = typename Lanes<W>::L;

  [[gnu::always_inline]] LaneCopies(const float* weights, double factor, std::int64_t i) {
    const D weight = Lanes<W>::widened(weights + i) * factor;
    whole = Lanes<W>::grid_steps(weight, 1);
    part = weight - Lanes<W>::on_grid(weight, 1);
  }
  [[gnu::always_inline]] L of(D scaled) const {
    return Lanes<W>::grid_steps(scaled, 1) * whole +
           Lanes<W>::grid_steps(part * Lanes<W>::on_grid(scaled, 1), 1);
  }

  L whole;
  D part;
};

struct SumWide {
  template <int W>
  [[gnu::always_inline]] static void run(const float* values, const float* weights, double factor,
                                         std::int64_t lanes, double steps, WideSum* result) {
    using D = typename Lanes<W>::D;
    using L = typename Lanes<W>::L;
    L coarse = {};
    L fine = {};
    for (std::int64_t i = 0; i < lanes; i += W) {
      const D term = Lanes<W>::widened(values + i) * steps;
      const D rest = (term - Lanes<W>::on_grid(term, 1)) * WideSum::kFineSteps;
      if (weights == nullptr) {
        coarse += Lanes<W>::grid_steps(term, 1);
        fine += Lanes<W>::grid_steps(rest, 1);
      } else {
        const LaneCopies<W> copies(weights, factor, i);
        coarse += copies.of(term);
        fine += copies.of(rest);
      }
    }
    *result = {Lanes<W>::total(coarse), Lanes<W>::total(fine)};
  }
};

}  // namespace

double largest_weighted(Isa isa, const float* values, const float* weights, std::int64_t lanes) {
  double result = 0;
  if (weights == nullptr)
    dispatch<Largest>(isa, values, lanes, &result);
  else
    dispatch_doubles<LargestWeighted>(isa, values, weights, lanes, &result);
  return result;
}

WideSum wide_weighted_sum(Isa isa, const float* values, const float* weights,
                          const WeightScale& scale, std::int64_t lanes, Grid grid) {
  WideSum result;
  dispatch_doubles<SumWide>(isa, values, weights, scale.factor(), lanes, grid.steps_per_unit(),
                            &result);
  return result;
}

std::int64_t weighted_sum(Isa isa, const float* values, const float* weights, std::int64_t lanes,
                          Grid grid) {
  std::int64_t result = 0;
  dispatch_doubles<Sum>(isa, values, weights, lanes, grid.steps_per_unit(), &result);
  return result;
}

}  // namespace cohort::cpu
