#pragma once
/// Operations of a backend on seeded data, to be run on two backends and compared: what `selftest`
/// checks and `bench` times.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cohort/backend.hpp"
#include "cohort/synthetic.hpp"

namespace cohort {

/// What an operation gave.
struct TrialOutcome {
  std::string bytes;          ///< must be equal
  std::vector<double> close;  ///< must agree within 1e-10 of the largest: the one exception, PCA
  std::int64_t steps = 0;     ///< passes or iterations that were made

  template <class T>
  TrialOutcome& add(std::span<const T> values) {
    bytes.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
    return *this;
  }
  template <class T>
  TrialOutcome& add(const std::vector<T>& values) {
    return add(std::span<const T>(values));
  }
  template <class T>
  TrialOutcome& add(const Matrix<T>& matrix) {
    return add(std::span(matrix.data(), static_cast<std::size_t>(matrix.rows() * matrix.cols())));
  }
  TrialOutcome& add(double value) { return add(std::span<const double>(&value, 1)); }
};

/// Empty when the outcomes are the same, or where they differ.
[[nodiscard]] std::string difference(const TrialOutcome& a, const TrialOutcome& b);

struct Trial {
  std::string operation;
  std::string shape;
  std::int64_t rows = 0;
  /// The least that one run, or one step, must move in memory; 0 where arithmetic is the bound.
  double bytes = 0;
  /// The least multiplications with their additions that it must do; 0 where there are few or none.
  double multiply_adds = 0;
  /// 0, or how many passes or iterations tell their speed when twice as many are timed too.
  std::int64_t steps = 0;
  std::function<TrialOutcome(Backend& backend, const DataSet& data, std::int64_t steps)> run;
};

struct TimedOutcome {
  TrialOutcome outcome;
  double seconds = 0;
};
[[nodiscard]] TimedOutcome timed(const Trial& trial, Backend& backend, const DataSet& data,
                                 std::int64_t steps);

/// Rows and what is tried on them.
struct TrialSet {
  Matrix<float> x;
  std::vector<float> weights;
  std::vector<Trial> trials;
};

/// What Backend::synthetic() makes, on the host.
[[nodiscard]] Matrix<float> synthetic_rows(const SyntheticRows& rows, ThreadPool& pool);

/// The first k rows.
[[nodiscard]] Matrix<float> first_rows(const Matrix<float>& x, std::int64_t k);

/// Whole weights from 1 to 4.
[[nodiscard]] std::vector<float> synthetic_weights(std::int64_t n, std::uint64_t seed);

/// The operations that sets are made of.
namespace trials {
[[nodiscard]] Trial upload(const Matrix<float>& x, std::vector<float> weights);
[[nodiscard]] Trial statistics(std::int64_t n, std::int64_t d);
[[nodiscard]] Trial scaling(std::int64_t n, std::int64_t d);
[[nodiscard]] Trial covariance(std::int64_t n, std::int64_t d);
[[nodiscard]] Trial principal_components(std::int64_t n, std::int64_t d);
[[nodiscard]] Trial projection(std::int64_t n, std::int64_t d);
[[nodiscard]] Trial distinct_rows(std::int64_t n, std::int64_t d);
[[nodiscard]] Trial kmeans_fit(std::int64_t n, std::int64_t d, std::int64_t k, std::int64_t n_init);
/// Of n rows, the second pass from centres that are rows: many labels change.
[[nodiscard]] Trial kmeans_second_pass(std::int64_t n, const Matrix<float>& centers);
/// The mean of the passes 11 to 20 from there: few labels change.
[[nodiscard]] Trial kmeans_late_pass(std::int64_t n, const Matrix<float>& centers);
[[nodiscard]] Trial assignment(std::int64_t n, const Matrix<float>& centers);
[[nodiscard]] Trial silhouettes(std::int64_t n, std::int64_t d, std::int64_t k);
[[nodiscard]] Trial affinity_fit(std::int64_t n, std::int64_t d);
[[nodiscard]] Trial affinity_iteration(std::int64_t n, std::int64_t d);
[[nodiscard]] Trial affinity_given(std::int64_t n, std::uint64_t seed);
[[nodiscard]] Trial matching_pairs(std::int64_t n, std::int64_t columns, std::uint64_t seed);
}  // namespace trials

}  // namespace cohort
