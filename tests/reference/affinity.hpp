#pragma once
/// Affinity propagation as scikit-learn's source has it, in double, with all three matrices and no
/// noise; weights as S'(i,j) = w_i s(i,j).

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

namespace cohort::reference {

struct Affinity {
  std::vector<std::int64_t> exemplars;  ///< ascending
  std::vector<std::int32_t> labels;     ///< index into exemplars
  std::int64_t n_iter = 0;
  bool converged = false;
};

using Rows = std::vector<std::vector<double>>;

inline Rows similarities(const Rows& x) {
  Rows s(x.size(), std::vector<double>(x.size()));
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j < x.size(); ++j)
      for (std::size_t f = 0; f < x[i].size(); ++f)
        s[i][j] -= (x[i][f] - x[j][f]) * (x[i][f] - x[j][f]);
  return s;
}

/// The median of s(i,j) repeated w_i w_j times, whole weights, the diagonal and copies among them.
inline double median(const Rows& s, const std::vector<double>& weights) {
  std::vector<double> all;
  for (std::size_t i = 0; i < s.size(); ++i)
    for (std::size_t j = 0; j < s.size(); ++j)
      all.insert(all.end(), static_cast<std::size_t>(weights[i] * weights[j]), s[i][j]);
  std::sort(all.begin(), all.end());
  return (all[(all.size() - 1) / 2] + all[all.size() / 2]) / 2;
}

inline std::vector<std::int32_t> join(const Rows& s, const std::vector<std::int64_t>& exemplars) {
  std::vector<std::int32_t> labels(s.size());
  for (std::size_t i = 0; i < s.size(); ++i)
    for (std::size_t k = 1; k < exemplars.size(); ++k)
      if (s[i][exemplars[k]] > s[i][exemplars[labels[i]]]) labels[i] = static_cast<int>(k);
  for (std::size_t k = 0; k < exemplars.size(); ++k) labels[exemplars[k]] = static_cast<int>(k);
  return labels;
}

/// \param s            similarities, not weighted
/// \param preferences  the diagonal of S'
/// \param perturbed    the preferences that the messages see
inline Affinity affinity(const Rows& s, const std::vector<double>& weights,
                         const std::vector<double>& preferences,
                         const std::vector<double>& perturbed, double damping,
                         std::int64_t max_iter, std::int64_t convergence_iter) {
  const std::size_t n = s.size();
  Rows ws = s;
  for (std::size_t i = 0; i < n; ++i) {
    for (double& value : ws[i]) value *= weights[i];
    ws[i][i] = perturbed[i];
  }
  Rows a(n, std::vector<double>(n));
  Rows r = a;
  std::vector<std::vector<bool>> history;
  Affinity result;
  for (std::int64_t it = 0; it < max_iter && !result.converged; ++it) {
    for (std::size_t i = 0; i < n; ++i) {
      std::vector<double> v(n);
      for (std::size_t j = 0; j < n; ++j) v[j] = a[i][j] + ws[i][j];
      const auto best = std::max_element(v.begin(), v.end());
      const double first = *best;
      *best = -std::numeric_limits<double>::infinity();
      const double second = *std::max_element(v.begin(), v.end());
      for (std::size_t j = 0; j < n; ++j) {
        const double rival = v.begin() + static_cast<std::ptrdiff_t>(j) == best ? second : first;
        r[i][j] = damping * r[i][j] + (1 - damping) * (ws[i][j] - rival);
      }
    }
    std::vector<bool> chosen(n);
    std::vector<double> others(n);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j)
        if (i != j) others[j] += std::max(r[i][j], 0.0);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) {
        const double fresh =
            i == j ? others[j] : std::min(0.0, r[j][j] + others[j] - std::max(r[i][j], 0.0));
        a[i][j] = damping * a[i][j] + (1 - damping) * fresh;
      }
    for (std::size_t j = 0; j < n; ++j) chosen[j] = a[j][j] + r[j][j] > 0;
    history.push_back(chosen);
    result.n_iter = it + 1;
    if (it < convergence_iter) continue;
    result.converged = std::count(chosen.begin(), chosen.end(), true) > 0 &&
                       std::all_of(history.end() - convergence_iter, history.end(),
                                   [&](const auto& earlier) { return earlier == chosen; });
  }
  for (std::size_t j = 0; j < n; ++j)
    if (history.back()[j]) result.exemplars.push_back(static_cast<std::int64_t>(j));
  if (result.exemplars.empty()) return result;

  for (std::size_t i = 0; i < n; ++i) ws[i][i] = preferences[i];
  const std::vector<std::int32_t> first = join(s, result.exemplars);
  for (std::size_t k = 0; k < result.exemplars.size(); ++k) {
    double best = -std::numeric_limits<double>::infinity();
    for (std::size_t j = 0; j < n; ++j) {
      if (first[j] != static_cast<int>(k)) continue;
      double sum = 0;
      for (std::size_t i = 0; i < n; ++i)
        if (first[i] == static_cast<int>(k)) sum += ws[i][j];
      if (sum > best) result.exemplars[k] = static_cast<std::int64_t>(j);
      best = std::max(best, sum);
    }
  }
  std::sort(result.exemplars.begin(), result.exemplars.end());
  result.labels = join(s, result.exemplars);
  return result;
}

}  // namespace cohort::reference
