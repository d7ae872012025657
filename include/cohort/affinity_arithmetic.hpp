#pragma once
/// The arithmetic of affinity propagation's messages, shared by every backend. Responsibilities
/// need no matrix: damping is linear and a row's maximum is one number, so for i != j
///
///   R_t(i,j) = sigma_t S(i,j) - rho_t(i) + D_t(i,j),   A_t(i,j) = alpha_t(j) + B_t(i,j)
///
/// where D holds a few entries a row (columns that have lately been the row's maximum) and B <= 0
/// is the one stored matrix. Elements (S, B, D) are float32, every operation rounded, in one fixed
/// order; what there is once a row or column (rho, alpha, the diagonals) is double.

#include <cmath>
#include <cstdint>

#include "cohort/arithmetic.hpp"

namespace cohort {

/// What a CUDA thread computes with; the CPU puts Lanes<W> in its place.
struct OneElement {
  using F = float;
  using I = std::int32_t;
};

/// The similarity of a row to itself and to columns that do not exist: below every other, finite,
/// so that sigma = 0 times it is no NaN.
inline constexpr float kNoSimilarity = -1e38F;
/// Similarities beyond it are refused, so that no message overflows.
inline constexpr float kLargestSimilarity = 1e36F;

template <class F>
[[gnu::always_inline]] COHORT_SHARED_CODE F positive_part(F x) {
  return x > F{} ? x : F{};
}

/// S'(i,j) = -w_i |x_i - x_j|^2, never -0.
template <class F>
[[gnu::always_inline]] COHORT_SHARED_CODE F weighted_similarity(F weight, F squared_distance) {
  return F{} - weight * squared_distance;
}

/// R_t(i,j); `excess` is D_t(i,j), zero in most columns.
template <class F>
[[gnu::always_inline]] COHORT_SHARED_CODE F responsibility(F sigma, F similarity, F rho, F excess) {
  return sigma * similarity + (excess - rho);
}

/// B_t(i,j) = lambda B - (1 - lambda) max(0, R_t(i,j) - max(0, c_t(j))), the part of the
/// availability that differs from the column's alpha. \param support  max(0, c_t(j))
/// \param least  what is nearer to zero becomes zero: damping would leave it denormal for ever
/// An availability of -infinity stays what it is.
template <class F>
[[gnu::always_inline]] COHORT_SHARED_CODE F own_availability(F keep, F move, F availability,
                                                             F responsibility, F support, F least) {
  const F next = keep * availability - move * positive_part(responsibility - support);
  return next < -least ? next : F{};
}

/// The smaller and the larger of two values, neither NaN nor -0; on a GPU one instruction each.
template <class F>
[[gnu::always_inline]] COHORT_SHARED_CODE F smaller(F a, F b) {
  return a < b ? a : b;
}
template <class F>
[[gnu::always_inline]] COHORT_SHARED_CODE F larger(F a, F b) {
  return a > b ? a : b;
}
#if defined(__CUDACC__)
COHORT_SHARED_CODE float smaller(float a, float b) {
  return fminf(a, b);
}
COHORT_SHARED_CODE float larger(float a, float b) {
  return fmaxf(a, b);
}
#endif

/// The largest and the second largest value seen, and where the largest was: the first of equals
/// when columns come in rising order.
template <class Lanes>
struct TopTwo {
  using F = typename Lanes::F;
  using I = typename Lanes::I;
  F best, second;
  I column;

  [[gnu::always_inline]] COHORT_SHARED_CODE void see(F value, I here) {
    column = value > best ? here : column;
    second = larger(smaller(value, best), second);
    best = larger(value, best);
  }
};

/// What both have seen, in whatever order: the lower column wins a tie.
COHORT_SHARED_CODE TopTwo<OneElement> merged(const TopTwo<OneElement>& a,
                                             const TopTwo<OneElement>& b) {
  if (b.best > a.best || (b.best == a.best && b.column < a.column))
    return {b.best, a.best > b.second ? a.best : b.second, b.column};
  return {a.best, b.best > a.second ? b.best : a.second, a.column};
}

/// lambda old + (1 - lambda) fresh, for what there is once a row or column.
struct Damping {
  double lambda;
  [[nodiscard]] COHORT_SHARED_CODE double operator()(double old, double fresh) const {
    return lambda * old + (1.0 - lambda) * fresh;
  }
};

/// A row's part: rho(i), and R(i,i) = its diagonal.
struct RowMessage {
  double rho = 0;
  double self_responsibility = 0;
};

/// A column's part: A(j,j), alpha(j), and max(0, c(j)).
struct ColumnMessage {
  double self_availability = 0;
  double alpha = 0;
  double support = 0;
};

/// The two largest of a row's A + S, the row itself among them.
struct RowWinner {
  double best, second;
  bool is_self;
};

/// The row itself joins the contest of the other columns, found in float32; the lower index wins a
/// tie.
COHORT_SHARED_CODE RowWinner with_self(const TopTwo<OneElement>& others, double self,
                                       std::int32_t row) {
  const double best = others.best;
  const double second = others.second;
  if (self > best || (self == best && row < others.column)) return {self, best, true};
  return {best, self > second ? self : second, false};
}

COHORT_SHARED_CODE RowMessage next_row(const RowMessage& row, const RowWinner& winner,
                                       double preference, Damping damped) {
  const double rival = winner.is_self ? winner.second : winner.best;
  return {damped(row.rho, winner.best), damped(row.self_responsibility, preference - rival)};
}

/// \param responsibilities  the exact sum of the column's positive responsibilities off the
/// diagonal
COHORT_SHARED_CODE ColumnMessage next_column(const ColumnMessage& column, double responsibilities,
                                             double self_responsibility, Damping damped) {
  const double c = responsibilities + self_responsibility;
  return {damped(column.self_availability, responsibilities), damped(column.alpha, c < 0 ? c : 0.0),
          c > 0 ? c : 0.0};
}

/// The preference of row j as the messages see it: lower by up to 2^-20 of `scale`. Sets of
/// exemplars that are equally good (interchangeable rows) then differ, because the objective is a
/// function of the set alone; no similarity needs noise. Drawn again wherever it is needed.
COHORT_SHARED_CODE double perturbed_preference(double preference, double scale, std::uint64_t seed,
                                               std::uint64_t j) {
  constexpr std::uint64_t stream = 0x616666696e697479ULL;  // "affinity"
  const auto draw = static_cast<double>(philox(seed, stream, j).low() >> 11);
  return preference - scale * (draw * 0x1p-73);
}

/// scikit-learn's rule of when to stop: the exemplars, at least one, have been the same for
/// `length` iterations, and the window has been full once.
struct ConvergenceWindow {
  std::int64_t length;
  std::int64_t last_change = 0;

  /// To be asked after every iteration. \param iteration  from 0 \param changes  rows that became
  /// or ceased to be exemplars in it
  [[nodiscard]] COHORT_SHARED_CODE bool is_full(std::int64_t iteration, std::int64_t changes,
                                                bool any_exemplar) {
    if (changes > 0) last_change = iteration;
    return iteration >= length && iteration + 1 - last_change >= length && any_exemplar;
  }
};

}  // namespace cohort
