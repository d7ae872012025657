#pragma once
/// Data and machines for the tests of statistics.

#include <bit>
#include <cstdint>
#include <memory>
#include <vector>

#include "cohort/arithmetic.hpp"
#include "cohort/matrix.hpp"

#include "host/cpu/operations.hpp"

namespace cohort::test {

/// Uniform in [offset - spread, offset + spread).
inline Matrix<float> random_matrix(std::int64_t n, std::int64_t d, std::uint64_t seed,
                                   double offset = 0, double spread = 1) {
  Matrix<float> x(n, d);
  for (std::int64_t i = 0; i < n * d; ++i) {
    const auto bits = philox(seed, 0, static_cast<std::uint64_t>(i)).word[0];
    x.data()[i] = static_cast<float>(offset + spread * (static_cast<double>(bits) * 0x1p-31 - 1));
  }
  return x;
}

/// The matrix that tests/reference/statistics_sklearn.py works on.
inline Matrix<float> formula_matrix() {
  Matrix<float> x(40, 5);
  for (std::int64_t i = 0; i < 40; ++i) {
    for (std::int64_t j = 0; j < 5; ++j)
      x(i, j) = static_cast<float>((i * i * 7 + j * 37 + i * j * 11) % 97) / 8.0F +
                static_cast<float>(j * 100);
  }
  return x;
}

inline cpu::CpuDataSet in_blocks(MatrixView<const float> x,
                                 const std::vector<float>& weights = {}) {
  cpu::CpuDataSet data(x.rows(), x.cols());
  for (std::int64_t i = 0; i < x.rows(); ++i) {
    for (std::int64_t j = 0; j < x.cols(); ++j) data.at(i, j) = x(i, j);
  }
  data.weights = weights;
  if (!weights.empty()) data.weights.resize(static_cast<std::size_t>(data.blocks() * cpu::kBlock));
  return data;
}

/// 0 .. 3, and some of them 0.
inline std::vector<float> whole_weights(std::int64_t n) {
  std::vector<float> weights;
  for (std::int64_t i = 0; i < n; ++i) weights.push_back(static_cast<float>((i * 5 + 1) % 4));
  return weights;
}

/// Row i as often as weights[i] says.
inline Matrix<float> repeated(const Matrix<float>& x, const std::vector<float>& weights) {
  std::vector<float> values;
  for (std::int64_t i = 0; i < x.rows(); ++i) {
    for (int copy = 0; copy < static_cast<int>(weights[static_cast<std::size_t>(i)]); ++copy)
      values.insert(values.end(), x.row(i).begin(), x.row(i).end());
  }
  const auto n = static_cast<std::int64_t>(values.size()) / x.cols();
  return {n, x.cols(), std::move(values)};
}

/// Calls check(machine) for 1, 2 and 5 threads and every instruction set that this processor has.
template <class Check>
void on_every_machine(const Check& check) {
  for (const int threads : {1, 2, 5}) {
    ThreadPool pool(threads);
    for (const cpu::Isa isa : {cpu::Isa::baseline, cpu::Isa::avx2, cpu::Isa::avx512}) {
      if (isa <= cpu::best_isa()) check(cpu::Machine{pool, isa});
    }
  }
}

/// Values as their bits, so that EXPECT_EQ tells -0 from 0 and finds NaN equal to itself.
template <class Values>
std::vector<std::uint64_t> bits_of(const Values& values) {
  std::vector<std::uint64_t> bits;
  for (const auto value : values)
    bits.push_back(std::bit_cast<std::uint64_t>(static_cast<double>(value)));
  return bits;
}
inline std::vector<std::uint64_t> bits_of(const Matrix<double>& matrix) {
  return bits_of(std::span(matrix.data(), static_cast<std::size_t>(matrix.rows() * matrix.cols())));
}

}  // namespace cohort::test
