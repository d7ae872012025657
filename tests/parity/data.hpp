#pragma once
/// Data sets that parity tests run over: sizes around every boundary, ties, duplicates, extremes.

#include <cstdint>
#include <string>
#include <vector>

#include "cohort/arithmetic.hpp"
#include "cohort/matrix.hpp"

#include "tests/support/cases.hpp"

namespace cohort::testing {

/// Row counts around tiles, warps and blocks.
inline const std::vector<std::int64_t> kRowCounts =
    cases<std::int64_t>({1, 2, 31, 33, 32, 63, 257, 64, 65, 128, 127, 129, 1000, 255, 256});

/// What the values are like.
enum class Values {
  smooth,      ///< no two alike
  discrete,    ///< survey answers, 0 to 4: ties and duplicate rows everywhere
  constant,    ///< the same row over and over
  wide_range,  ///< magnitudes from 1e-20 to 1e15, both signs, zeros and minus zeros
};
inline const std::vector<Values> kAllValues =
    cases<Values>({Values::smooth, Values::discrete, Values::constant, Values::wide_range});

[[nodiscard]] inline double uniform(std::uint64_t seed, std::uint64_t index) {
  return static_cast<double>(philox(seed, 0x74657374, index).low() >> 11) * 0x1p-53;
}

[[nodiscard]] inline float value_of(Values values, std::uint64_t seed, std::uint64_t index) {
  const double u = uniform(seed, index);
  switch (values) {
    case Values::smooth:
      return static_cast<float>(6 * u - 3);
    case Values::discrete:
      return static_cast<float>(static_cast<int>(5 * u));
    case Values::constant:
      return 2.5F;
    case Values::wide_range: {
      const double sign = uniform(seed + 1, index) < 0.5 ? -1 : 1;
      if (u < 0.1) return static_cast<float>(sign * 0.0);
      return static_cast<float>(sign * std::pow(10.0, 35 * u - 20));
    }
  }
  return 0;
}

/// n x d values, the same for the same seed.
[[nodiscard]] inline Matrix<float> matrix_of(Values values, std::int64_t n, std::int64_t d,
                                             std::uint64_t seed) {
  Matrix<float> x(n, d);
  for (std::int64_t i = 0; i < n * d; ++i)
    x.data()[i] =
        value_of(values, seed, static_cast<std::uint64_t>(values == Values::constant ? i % d : i));
  return x;
}

/// How rows are weighted.
enum class Weighting { none, whole, fractional };
inline const std::vector<Weighting> kAllWeightings = {Weighting::none, Weighting::whole,
                                                      Weighting::fractional};

/// n weights, some of them 0 but never all; empty for none.
[[nodiscard]] inline std::vector<float> weights_of(Weighting weighting, std::int64_t n,
                                                   std::uint64_t seed) {
  std::vector<float> weights;
  if (weighting == Weighting::none) return weights;
  for (std::int64_t i = 0; i < n; ++i) {
    const double u = 4 * uniform(seed + 2, static_cast<std::uint64_t>(i));
    weights.push_back(static_cast<float>(weighting == Weighting::whole ? static_cast<int>(u) : u));
  }
  weights.front() += 1;
  return weights;
}

/// Bytes, so that -0 is not 0 and NaN is NaN.
template <class T>
[[nodiscard]] std::string bytes_of(const T* values, std::int64_t size) {
  return {reinterpret_cast<const char*>(values), static_cast<std::size_t>(size) * sizeof(T)};
}
template <class T>
[[nodiscard]] std::string bytes_of(const std::vector<T>& values) {
  return bytes_of(values.data(), static_cast<std::int64_t>(values.size()));
}
template <class T>
[[nodiscard]] std::string bytes_of(const Matrix<T>& matrix) {
  return bytes_of(matrix.data(), matrix.rows() * matrix.cols());
}

}  // namespace cohort::testing
