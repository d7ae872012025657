#pragma once
/// Data for the tests of K-means, made by Philox so that every build tests the same bits.

#include <cstring>
#include <string>
#include <vector>

#include "cohort/arithmetic.hpp"
#include "cohort/backend.hpp"
#include "cohort/kmeans.hpp"

#include "host/cpu/operations.hpp"
#include "tests/support/given_start.hpp"

namespace cohort::test {

/// Uniform in [-1, 1), the draw numbered (stream, index).
inline float uniform(std::uint64_t stream, std::uint64_t index) {
  return static_cast<float>(philox(11, stream, index).word[0] >> 8) * 0x1p-23F - 1.0F;
}

/// n x d rows about k corners; overlapping where spread is above 1 or so.
inline Matrix<float> blobs(std::int64_t n, std::int64_t d, std::int64_t k, float spread,
                           std::uint64_t stream = 1) {
  Matrix<float> x(n, d);
  for (std::int64_t i = 0; i < n; ++i) {
    const auto row = static_cast<std::uint64_t>(i);
    const std::uint64_t corner = philox(12, stream, row).word[0] % static_cast<std::uint64_t>(k);
    for (std::int64_t j = 0; j < d; ++j) {
      const auto feature = static_cast<std::uint64_t>(j);
      const float offset = uniform(stream, (row << 16) + 2 * feature) +
                           uniform(stream, (row << 16) + 2 * feature + 1);
      x(i, j) = 3 * uniform(stream + 100, (corner << 16) + feature) + spread * offset;
    }
  }
  return x;
}

/// The first k rows: a start.
inline Matrix<float> first_rows(const Matrix<float>& x, std::int64_t k) {
  Matrix<float> rows(k, x.cols());
  std::memcpy(rows.data(), x.data(), static_cast<std::size_t>(k * x.cols()) * sizeof(float));
  return rows;
}

using cohort::testing::from;

inline KMeansParams drawn(std::int64_t k, std::int64_t n_init = 3) {
  KMeansParams params;
  params.n_clusters = k;
  params.n_init = n_init;
  return params;
}

inline KMeansFit fit_on_cpu(const Matrix<float>& x, const std::vector<float>& weights,
                            const KMeansParams& params, int threads = 2,
                            cpu::Isa isa = cpu::best_isa()) {
  ThreadPool pool(threads);
  const cpu::Machine machine{pool, isa};
  return cpu::kmeans(*cpu::upload(x, weights, machine), params, machine);
}

inline KMeansResult fit(const Matrix<float>& x, const std::vector<float>& weights,
                        const KMeansParams& params) {
  const auto backend = make_cpu_backend(2);
  return kmeans(*backend, *backend->upload(x, weights), params);
}

template <class T>
void append(std::string& bytes, const T* values, std::int64_t count) {
  bytes.append(reinterpret_cast<const char*>(values), static_cast<std::size_t>(count) * sizeof(T));
}

/// Every bit of a fit.
inline std::string bytes_of(const KMeansFit& fit) {
  std::string bytes;
  append(bytes, fit.labels.data(), std::ssize(fit.labels));
  append(bytes, fit.centers.data(), fit.centers.rows() * fit.centers.cols());
  append(bytes, fit.shares.data(), std::ssize(fit.shares));
  append(bytes, &fit.inertia, 1);
  append(bytes, &fit.n_iter, 1);
  append(bytes, &fit.best_init, 1);
  append(bytes, &fit.converged, 1);
  return bytes;
}

inline std::string bytes_of(const Matrix<float>& matrix) {
  std::string bytes;
  append(bytes, matrix.data(), matrix.rows() * matrix.cols());
  return bytes;
}

/// What this processor can run.
inline std::vector<cpu::Isa> instruction_sets() {
  std::vector<cpu::Isa> sets = {cpu::Isa::baseline};
  if (cpu::best_isa() >= cpu::Isa::avx2) sets.push_back(cpu::Isa::avx2);
  if (cpu::best_isa() >= cpu::Isa::avx512) sets.push_back(cpu::Isa::avx512);
  return sets;
}

}  // namespace cohort::test
