#include "host/engine/trials.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "cohort/arithmetic.hpp"
#include "cohort/scale.hpp"
#include "cohort/wording.hpp"

namespace cohort {

namespace {

constexpr std::uint64_t kWeightStream = 0x77656967;  // "weig"
constexpr std::uint64_t kAnswerStream = 0x616e7377;  // "answ"

/// "100M x 6", "20,011 x 6".
std::string rows_by(std::int64_t n, std::int64_t d) {
  const std::string rows = n % 1000000 == 0 ? thousands(n / 1000000) + "M"
                           : n % 1000 == 0  ? thousands(n / 1000) + "k"
                                            : thousands(n);
  return rows + " x " + std::to_string(d);
}

std::vector<std::int32_t> labels_in_turn(std::int64_t n, std::int64_t k) {
  std::vector<std::int32_t> labels;
  for (std::int64_t i = 0; i < n; ++i) labels.push_back(static_cast<std::int32_t>(i * 7 % k));
  return labels;
}

TrialOutcome outcome_of(const KMeansFit& fit) {
  TrialOutcome outcome;
  outcome.add(fit.labels).add(fit.centers).add(fit.shares).add(fit.inertia);
  outcome.add(std::vector<std::int64_t>{fit.n_iter, fit.best_init, fit.converged ? 1 : 0});
  outcome.steps = fit.n_iter;
  return outcome;
}

TrialOutcome outcome_of(const AffinityFit& fit) {
  TrialOutcome outcome;
  outcome.add(fit.exemplars).add(fit.labels).add(fit.shares).add(fit.preference);
  outcome.add(fit.net_similarity);
  outcome.add(std::vector<std::int64_t>{fit.n_iter, fit.converged ? 1 : 0});
  outcome.steps = fit.n_iter;
  return outcome;
}

double products(std::int64_t a, std::int64_t b) {
  return static_cast<double>(a) * static_cast<double>(b);
}

/// A fit of `steps` passes, tolerating no shift.
Trial kmeans_passes(std::string operation, std::int64_t n, const Matrix<float>& centers,
                    std::int64_t steps) {
  const std::int64_t k = centers.rows();
  const std::int64_t d = centers.cols();
  const std::int64_t label_bytes = k <= 256 ? 1 : 4;
  return {std::move(operation),
          fmt::format("{}, k {}", rows_by(n, d), k),
          n,
          static_cast<double>(n * (4 * d + label_bytes)),
          products(n * k, d),
          steps,
          [k, centers](Backend& backend, const DataSet& data, std::int64_t passes) {
            KMeansParams params;
            params.n_clusters = k;
            params.init = KMeansInit::given;
            params.centers = centers;
            params.n_init = 1;
            params.tol = 0;
            params.max_iter = passes;
            return outcome_of(backend.kmeans(data, params));
          }};
}

std::string difference_in_bytes(const std::string& a, const std::string& b) {
  if (a == b) return "";
  if (a.size() != b.size()) return fmt::format("{} and {} bytes", a.size(), b.size());
  const auto at = std::mismatch(a.begin(), a.end(), b.begin()).first - a.begin();
  return fmt::format("byte {} of {}", thousands(at), thousands(std::ssize(a)));
}

std::string difference_in_numbers(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return fmt::format("{} and {} numbers", a.size(), b.size());
  double largest = 0;
  double apart = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(a[i]));
    const double distance = std::abs(a[i] - b[i]);
    apart =
        std::isnan(distance) ? std::numeric_limits<double>::infinity() : std::max(apart, distance);
  }
  return apart <= 1e-10 * largest ? "" : fmt::format("{:.1e} of {:.1e}", apart, largest);
}

}  // namespace

std::string difference(const TrialOutcome& a, const TrialOutcome& b) {
  const std::string bytes = difference_in_bytes(a.bytes, b.bytes);
  return bytes.empty() ? difference_in_numbers(a.close, b.close) : bytes;
}

TimedOutcome timed(const Trial& trial, Backend& backend, const DataSet& data, std::int64_t steps) {
  const auto start = std::chrono::steady_clock::now();
  TrialOutcome outcome = trial.run(backend, data, steps);
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
  return {std::move(outcome), passed.count()};
}

Matrix<float> synthetic_rows(const SyntheticRows& rows, ThreadPool& pool) {
  constexpr std::int64_t kRowsAtATime = 4096;
  Matrix<float> x(rows.rows, rows.features);
  pool.run((rows.rows + kRowsAtATime - 1) / kRowsAtATime, [&](std::int64_t task, int) {
    const std::int64_t end = std::min(rows.rows, (task + 1) * kRowsAtATime);
    for (std::int64_t i = task * kRowsAtATime; i < end; ++i)
      for (std::int64_t j = 0; j < rows.features; ++j) x(i, j) = synthetic_value(rows, i, j);
  });
  return x;
}

Matrix<float> first_rows(const Matrix<float>& x, std::int64_t k) {
  Matrix<float> rows(k, x.cols());
  std::copy_n(x.data(), k * x.cols(), rows.data());
  return rows;
}

std::vector<float> synthetic_weights(std::int64_t n, std::uint64_t seed) {
  std::vector<float> weights;
  for (std::int64_t i = 0; i < n; ++i)
    weights.push_back(static_cast<float>(
        1 + philox(seed, kWeightStream, static_cast<std::uint64_t>(i)).word[0] % 4));
  return weights;
}

namespace trials {

Trial upload(const Matrix<float>& x, std::vector<float> weights) {
  return {"upload",
          rows_by(x.rows(), x.cols()),
          x.rows(),
          4.0 * static_cast<double>(x.rows() * x.cols()),
          0,
          0,
          [&x, weights = std::move(weights)](Backend& backend, const DataSet&, std::int64_t) {
            return TrialOutcome().add(backend.download(*backend.upload(x, weights)));
          }};
}

Trial statistics(std::int64_t n, std::int64_t d) {
  // The mean, and then the variance about it.
  return {"statistics",
          rows_by(n, d),
          n,
          2 * 4.0 * static_cast<double>(n * d),
          0,
          0,
          [](Backend& backend, const DataSet& data, std::int64_t) {
            const ColumnStatistics found = backend.column_statistics(data);
            return TrialOutcome()
                .add(found.mean)
                .add(found.variance)
                .add(found.minimum)
                .add(found.maximum)
                .add(found.total_weight);
          }};
}

Trial scaling(std::int64_t n, std::int64_t d) {
  return {"scale",
          rows_by(n, d),
          n,
          2 * 4.0 * static_cast<double>(n * d),
          0,
          0,
          [d](Backend& backend, const DataSet& data, std::int64_t) {
            Scaling scaling;
            for (std::int64_t j = 0; j < d; ++j) {
              scaling.center.push_back(0.1 * static_cast<double>(j));
              scaling.scale.push_back(1 + 0.3 * static_cast<double>(j));
            }
            const DataSetPtr scaled = backend.scale(data, scaling);
            // Its statistics stand for it: to look at all of it would time the way back.
            return TrialOutcome().add(backend.column_statistics(*scaled).mean);
          }};
}

Trial covariance(std::int64_t n, std::int64_t d) {
  return {"covariance",
          rows_by(n, d),
          n,
          4.0 * static_cast<double>(n * d),
          products(n * d, d + 1) / 2,
          0,
          [d](Backend& backend, const DataSet& data, std::int64_t) {
            const std::vector<double> mean(static_cast<std::size_t>(d), 0.25);
            const Matrix<double> found = backend.covariance(data, mean);
            TrialOutcome outcome;
            if (d <= 64) return outcome.add(found);
            outcome.close.assign(found.data(), found.data() + d * d);
            return outcome;
          }};
}

Trial principal_components(std::int64_t n, std::int64_t d) {
  return {"eigenvalues",
          rows_by(n, d),
          n,
          0,
          products(n * d, d + 1) / 2,
          0,
          [d](Backend& backend, const DataSet& data, std::int64_t) {
            const std::vector<double> mean(static_cast<std::size_t>(d), 0.25);
            TrialOutcome outcome;
            outcome.close = backend.symmetric_eigen(backend.covariance(data, mean)).values;
            return outcome;
          }};
}

Trial projection(std::int64_t n, std::int64_t d) {
  return {"project",
          rows_by(n, d),
          n,
          4.0 * static_cast<double>(n * (d + 4)),
          products(2 * n, d),
          0,
          [d](Backend& backend, const DataSet& data, std::int64_t) {
            const std::vector<double> mean(static_cast<std::size_t>(d), 0.25);
            Matrix<double> components(2, d);
            for (std::int64_t j = 0; j < 2 * d; ++j)
              components.data()[j] = std::cos(static_cast<double>(j));
            return TrialOutcome().add(backend.project(data, mean, components));
          }};
}

Trial distinct_rows(std::int64_t n, std::int64_t d) {
  return {"distinct",
          rows_by(n, d),
          n,
          0,
          0,
          0,
          [](Backend& backend, const DataSet& data, std::int64_t) {
            const DistinctRows found = backend.distinct(data);
            return TrialOutcome()
                .add(found.first)
                .add(found.group)
                .add(found.counts)
                .add(backend.download(*found.data));
          }};
}

Trial kmeans_fit(std::int64_t n, std::int64_t d, std::int64_t k, std::int64_t n_init) {
  return {"K-means, " + counted(n_init, "start"),
          fmt::format("{}, k {}", rows_by(n, d), k),
          n,
          0,
          0,
          0,
          [k, n_init](Backend& backend, const DataSet& data, std::int64_t) {
            KMeansParams params;
            params.n_clusters = k;
            params.n_init = n_init;
            return outcome_of(backend.kmeans(data, params));
          }};
}

Trial kmeans_second_pass(std::int64_t n, const Matrix<float>& centers) {
  return kmeans_passes("K-means 2nd pass", n, centers, 1);
}

Trial kmeans_late_pass(std::int64_t n, const Matrix<float>& centers) {
  return kmeans_passes("K-means late pass", n, centers, 10);
}

Trial assignment(std::int64_t n, const Matrix<float>& centers) {
  const std::int64_t k = centers.rows();
  const std::int64_t d = centers.cols();
  return {"assign",
          fmt::format("{}, k {}", rows_by(n, d), k),
          n,
          4.0 * static_cast<double>(n * (d + 2)),
          products(n * k, d),
          0,
          [centers](Backend& backend, const DataSet& data, std::int64_t) {
            const Assignment found = backend.assign(data, centers);
            return TrialOutcome().add(found.labels).add(found.squared_distance);
          }};
}

Trial silhouettes(std::int64_t n, std::int64_t d, std::int64_t k) {
  return {"silhouette",
          fmt::format("{}, k {}", rows_by(n, d), k),
          n,
          0,
          products(n * (n - 1) / 2, d),
          0,
          [labels = labels_in_turn(n, k), k](Backend& backend, const DataSet& data, std::int64_t) {
            const SilhouetteResult found = backend.silhouette(data, labels, k);
            return TrialOutcome().add(found.values).add(found.cluster_means).add(found.mean);
          }};
}

Trial affinity_fit(std::int64_t n, std::int64_t d) {
  return {"affinity",
          rows_by(n, d),
          n,
          0,
          0,
          0,
          [](Backend& backend, const DataSet& data, std::int64_t) {
            return outcome_of(backend.affinity(data, AffinityParams()));
          }};
}

Trial affinity_iteration(std::int64_t n, std::int64_t d) {
  return {"affinity iteration",
          rows_by(n, d),
          n,
          8.0 * static_cast<double>(n) * static_cast<double>(n),
          products(n * n, d),
          10,
          [](Backend& backend, const DataSet& data, std::int64_t steps) {
            AffinityParams params;
            params.max_iter = steps;
            params.preference = -4;
            return outcome_of(backend.affinity(data, params));
          }};
}

Trial affinity_given(std::int64_t n, std::uint64_t seed) {
  return {
      "affinity, given",
      rows_by(n, n),
      n,
      0,
      0,
      0,
      [n, seed](Backend& backend, const DataSet&, std::int64_t) {
        Matrix<float> similarities(n, n);
        for (std::int64_t cell = 0; cell < n * n; ++cell)
          similarities.data()[cell] = static_cast<float>(
              centred_uniform(philox(seed, kRowStream, static_cast<std::uint64_t>(cell)).low()) -
              1);
        return outcome_of(backend.affinity(similarities, {}, AffinityParams()));
      }};
}

Trial matching_pairs(std::int64_t n, std::int64_t columns, std::uint64_t seed) {
  return {"percent match",
          rows_by(n, columns),
          n,
          0,
          0,
          0,
          [n, columns, seed](Backend& backend, const DataSet&, std::int64_t) {
            Matrix<std::int32_t> answers(n, columns);
            for (std::int64_t cell = 0; cell < n * columns; ++cell)
              answers.data()[cell] =
                  static_cast<std::int32_t>(
                      philox(seed, kAnswerStream, static_cast<std::uint64_t>(cell)).word[0] % 4) -
                  1;
            TrialOutcome outcome;
            for (const MatchingPair& pair : backend.percent_match(answers, 0.8))
              outcome.add(std::vector<std::int64_t>{pair.i, pair.j}).add(pair.share);
            return outcome;
          }};
}

}  // namespace trials

}  // namespace cohort
