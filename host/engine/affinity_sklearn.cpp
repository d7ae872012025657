/// scikit-learn 1.2's AffinityPropagation, operation by operation in its order, in double. One
/// difference: rows that are all equal are one cluster, as it has had it since 1.5 (1.2 calls each
/// its own).

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "cohort/affinity.hpp"
#include "cohort/error.hpp"
#include "cohort/exact_sum.hpp"
#include "cohort/memory.hpp"

#include "host/engine/affinity_params.hpp"
#include "host/engine/mt19937_gaussian.hpp"

namespace cohort {

namespace {

using Square = Matrix<double>;

/// einsum("ij,ij->i") as numpy's SSE2 build adds: pairs of lanes, four pairs at a time while there
/// are eight features left, last pair first.
double squared_norm(std::span<const double> x) {
  double lane[2] = {0, 0};
  std::size_t j = 0;
  for (; j + 8 <= x.size(); j += 8)
    for (std::size_t pair = 8; pair > 0; pair -= 2)
      for (std::size_t side = 0; side < 2; ++side) {
        const double value = x[j + pair - 2 + side];
        lane[side] = value * value + lane[side];
      }
  for (; j < x.size(); ++j) lane[j % 2] = x[j] * x[j] + lane[j % 2];
  return lane[0] + lane[1];
}

/// -euclidean_distances(x, squared=True): the expanded form, clipped, its products fused as BLAS
/// does.
Square negative_squared_distances(MatrixView<const double> x) {
  const std::int64_t n = x.rows();
  std::vector<double> norm;
  for (std::int64_t i = 0; i < n; ++i) norm.push_back(squared_norm(x.row(i)));
  Square s(n, n);
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < n; ++j) {
      if (i == j) continue;
      double dot = 0;
      for (std::int64_t f = 0; f < x.cols(); ++f) dot = std::fma(x(i, f), x(j, f), dot);
      const double squared =
          (-2.0 * dot + norm[static_cast<std::size_t>(i)]) + norm[static_cast<std::size_t>(j)];
      s(i, j) = -std::max(squared, 0.0);
    }
  }
  return s;
}

/// numpy.median over the whole matrix, the zeros of the diagonal among it.
double median(const Square& s) {
  std::vector<double> values(s.data(), s.data() + s.rows() * s.cols());
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

bool all_equal(const Square& s, std::span<const double> preferences) {
  if (std::adjacent_find(preferences.begin(), preferences.end(), std::not_equal_to<>()) !=
      preferences.end())
    return false;
  for (std::int64_t i = 0; i < s.rows(); ++i)
    for (std::int64_t j = 0; j < s.cols(); ++j)
      if (i != j && s(i, j) != s(0, 1)) return false;
  return true;
}

void add_noise(Square& s, std::uint64_t seed) {
  using Limits = std::numeric_limits<double>;
  Mt19937Gaussian normal(static_cast<std::uint32_t>(seed));
  for (std::int64_t i = 0; i < s.rows(); ++i)
    for (double& value : s.row(i))
      value += (Limits::epsilon() * value + Limits::min() * 100) * normal();
}

class Messages {
 public:
  Messages(const Square& s, double damping)
      : s_(s),
        keep_(damping),
        move_(1 - damping),
        a_(s.rows(), s.rows()),
        r_(s.rows(), s.rows()),
        sums_(static_cast<std::size_t>(s.rows())) {}

  void iterate() {
    const std::int64_t n = s_.rows();
    std::fill(sums_.begin(), sums_.end(), 0.0);
    for (std::int64_t i = 0; i < n; ++i) update_responsibilities(i);
    for (std::int64_t i = 0; i < n; ++i) {
      for (std::int64_t j = 0; j < n; ++j) {
        const double sum = sums_[static_cast<std::size_t>(j)];
        const double taken = i == j ? r_(i, j) - sum : std::max(std::max(r_(i, j), 0.0) - sum, 0.0);
        a_(i, j) = a_(i, j) * keep_ - taken * move_;
      }
    }
  }

  [[nodiscard]] bool is_exemplar(std::int64_t j) const { return a_(j, j) + r_(j, j) > 0; }

 private:
  void update_responsibilities(std::int64_t i) {
    constexpr double least = -std::numeric_limits<double>::infinity();
    const std::int64_t n = s_.rows();
    double best = least;
    double second = least;
    std::int64_t winner = 0;
    for (std::int64_t j = 0; j < n; ++j) {
      const double value = a_(i, j) + s_(i, j);
      if (value > best) {
        second = best;
        best = value;
        winner = j;
      } else {
        second = std::max(second, value);
      }
    }
    for (std::int64_t j = 0; j < n; ++j) {
      const double fresh = s_(i, j) - (j == winner ? second : best);
      r_(i, j) = r_(i, j) * keep_ + fresh * move_;
      sums_[static_cast<std::size_t>(j)] += i == j ? r_(i, j) : std::max(r_(i, j), 0.0);
    }
  }

  const Square& s_;
  double keep_, move_;
  Square a_, r_;
  std::vector<double> sums_;
};

/// The exemplars when the messages stop, ascending.
std::vector<std::int64_t> pass_messages(const Square& s, const AffinityParams& params,
                                        AffinityResult& result) {
  const std::int64_t n = s.rows();
  Messages messages(s, params.damping);
  std::vector<bool> chosen(static_cast<std::size_t>(n));
  std::int64_t last_change = 0;
  std::int64_t count = 0;
  for (std::int64_t it = 0; it < params.max_iter && !result.converged; ++it) {
    messages.iterate();
    count = 0;
    for (std::int64_t j = 0; j < n; ++j) {
      const bool is_exemplar = messages.is_exemplar(j);
      if (chosen[static_cast<std::size_t>(j)] != is_exemplar) last_change = it;
      chosen[static_cast<std::size_t>(j)] = is_exemplar;
      count += static_cast<std::int64_t>(is_exemplar);
    }
    result.n_iter = it + 1;
    result.converged = it >= params.convergence_iter &&
                       it + 1 - last_change >= params.convergence_iter && count > 0;
    if (params.progress)
      params.progress({"affinity propagation", it + 1, params.max_iter, "iterations"});
  }
  std::vector<std::int64_t> exemplars;
  for (std::int64_t j = 0; j < n; ++j)
    if (chosen[static_cast<std::size_t>(j)]) exemplars.push_back(j);
  return exemplars;
}

/// Each row's place in `exemplars` of the most similar one.
std::vector<std::size_t> join(const Square& s, const std::vector<std::int64_t>& exemplars) {
  std::vector<std::size_t> cluster(static_cast<std::size_t>(s.rows()));
  for (std::int64_t i = 0; i < s.rows(); ++i) {
    std::size_t& best = cluster[static_cast<std::size_t>(i)];
    for (std::size_t k = 1; k < exemplars.size(); ++k)
      if (s(i, exemplars[k]) > s(i, exemplars[best])) best = k;
  }
  for (std::size_t k = 0; k < exemplars.size(); ++k)
    cluster[static_cast<std::size_t>(exemplars[k])] = k;
  return cluster;
}

void refine(const Square& s, std::vector<std::int64_t>& exemplars) {
  const std::vector<std::size_t> cluster = join(s, exemplars);
  for (std::size_t k = 0; k < exemplars.size(); ++k) {
    std::vector<std::int64_t> members;
    for (std::int64_t i = 0; i < s.rows(); ++i)
      if (cluster[static_cast<std::size_t>(i)] == k) members.push_back(i);
    double best = -std::numeric_limits<double>::infinity();
    for (const std::int64_t j : members) {
      double sum = 0;
      for (const std::int64_t i : members) sum += s(i, j);
      if (sum > best) exemplars[k] = j;
      best = std::max(best, sum);
    }
  }
}

/// Labels by rising exemplar, sizes and shares.
void describe(const std::vector<std::size_t>& cluster, const std::vector<std::int64_t>& exemplars,
              AffinityResult& result) {
  result.exemplars = exemplars;
  std::sort(result.exemplars.begin(), result.exemplars.end());
  result.sizes.assign(exemplars.size(), 0);
  for (std::size_t i = 0; i < cluster.size(); ++i) {
    const auto label =
        std::lower_bound(result.exemplars.begin(), result.exemplars.end(), exemplars[cluster[i]]) -
        result.exemplars.begin();
    result.labels[i] = static_cast<std::int32_t>(label);
    ++result.sizes[static_cast<std::size_t>(label)];
  }
  for (const std::int64_t size : result.sizes)
    result.shares.push_back(static_cast<double>(size) / static_cast<double>(cluster.size()));
}

/// Without the noise.
double net_similarity(const Square& s, std::span<const double> preferences,
                      const std::vector<std::size_t>& cluster,
                      const std::vector<std::int64_t>& exemplars) {
  std::vector<double> terms;
  double largest = 0;
  for (std::int64_t i = 0; i < s.rows(); ++i) {
    const auto row = static_cast<std::size_t>(i);
    const std::int64_t exemplar = exemplars[cluster[row]];
    terms.push_back(exemplar == i ? preferences[row] : s(i, exemplar));
    largest = std::max(largest, std::abs(terms.back()));
  }
  const Grid grid = grid_for(largest, static_cast<double>(terms.size()));
  WideSum sum;
  for (const double term : terms) sum.add(term, grid.steps_per_unit());
  return sum.value(grid);
}

}  // namespace

AffinityResult affinity_sklearn(MatrixView<const double> x, const AffinityParams& params) {
  const std::int64_t n = x.rows();
  validate(params, n);
  if (params.n_clusters || params.preference_quantile || params.refine || params.trace ||
      params.only_preference_range)
    throw UsageError(
        "--n-clusters, --preference-quantile, --preference-range, --refine and --trace are "
        "cohort's own; scikit-learn's arithmetic (--compat sklearn) has none of them");
  if (params.seed > std::numeric_limits<std::uint32_t>::max())
    throw UsageError(
        fmt::format("--seed is {}; scikit-learn's random_state ends at 4294967295", params.seed));
  if (params.form != AffinityForm::automatic)
    throw UsageError(
        "--form is cohort's own; scikit-learn's arithmetic (--compat sklearn) has one form");
  require_memory(4.0 * static_cast<double>(n) * static_cast<double>(n) * sizeof(double),
                 "affinity propagation in scikit-learn's own arithmetic",
                 "leave out the comparison with scikit-learn or sample the rows");
  Square s = negative_squared_distances(x);
  std::vector<double> preferences(params.preferences.begin(), params.preferences.end());
  if (preferences.empty())
    preferences.assign(static_cast<std::size_t>(n),
                       params.preference ? *params.preference : median(s));

  AffinityResult result;
  result.labels.assign(static_cast<std::size_t>(n), -1);
  result.preference = preferences.front();
  result.distinct_rows = n;
  std::vector<std::int64_t> exemplars;
  std::vector<std::size_t> cluster(static_cast<std::size_t>(n));
  const Square plain = s;
  if (n == 1 || all_equal(s, preferences)) {
    result.converged = true;
    exemplars.resize(preferences.front() > s(0, n - 1) ? static_cast<std::size_t>(n) : 1);
    std::iota(exemplars.begin(), exemplars.end(), 0);
    if (exemplars.size() > 1) std::iota(cluster.begin(), cluster.end(), 0);
  } else {
    for (std::int64_t i = 0; i < n; ++i) s(i, i) = preferences[static_cast<std::size_t>(i)];
    add_noise(s, params.seed);
    exemplars = pass_messages(s, params, result);
    if (exemplars.empty()) return result;
    refine(s, exemplars);
    cluster = join(s, exemplars);
  }
  describe(cluster, exemplars, result);
  result.net_similarity = net_similarity(plain, preferences, cluster, exemplars);
  return result;
}

}  // namespace cohort
