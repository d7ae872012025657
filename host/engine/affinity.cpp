#include "cohort/affinity.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "cohort/backend.hpp"
#include "cohort/error.hpp"

#include "host/engine/affinity_numbering.hpp"
#include "host/engine/affinity_params.hpp"

namespace cohort {

void validate(const AffinityParams& params, std::int64_t rows) {
  if (!(params.damping >= 0.5 && params.damping < 1.0))
    throw UsageError(
        fmt::format("--damping is {}; it must be at least 0.5 and below 1", params.damping));
  if (params.max_iter < 1)
    throw UsageError(fmt::format("--max-iter is {}; it must be at least 1", params.max_iter));
  if (params.convergence_iter < 1)
    throw UsageError(
        fmt::format("--convergence-iter is {}; it must be at least 1", params.convergence_iter));
  if (params.preference && !std::isfinite(*params.preference))
    throw UsageError(fmt::format("--preference is {}; it must be finite", *params.preference));
  if (params.preference_quantile &&
      !(*params.preference_quantile >= 0 && *params.preference_quantile <= 1))
    throw UsageError(fmt::format("--preference-quantile is {}; it must be from 0 to 1",
                                 *params.preference_quantile));
  if (params.n_clusters && *params.n_clusters < 1)
    throw UsageError(
        fmt::format("--n-clusters must be at least 1, and it is {}", *params.n_clusters));
  const int ways = (params.preference ? 1 : 0) + (params.preference_quantile ? 1 : 0) +
                   (params.preferences.empty() ? 0 : 1) + (params.n_clusters ? 1 : 0);
  if (ways > 1)
    throw UsageError(
        "affinity propagation: give one of --preference, --preference-quantile, --preferences and "
        "--n-clusters; each of them decides the preference");
  if (params.only_preference_range && ways > 0)
    throw UsageError("--preference-range tells what preferences there are; it takes none");
  if (rows < 1) throw DataError("affinity propagation: there are no rows");
  if (params.preferences.empty()) return;
  if (static_cast<std::int64_t>(params.preferences.size()) != rows)
    throw UsageError(fmt::format("affinity propagation: {} preferences for {} rows",
                                 params.preferences.size(), rows));
  const auto bad = std::find_if_not(params.preferences.begin(), params.preferences.end(),
                                    [](float p) { return std::isfinite(p); });
  if (bad != params.preferences.end())
    throw UsageError(
        fmt::format("affinity propagation: the preference of row {} is {}; it must be "
                    "finite",
                    bad - params.preferences.begin(), *bad));
}

AffinityResult numbered(AffinityFit fit, const InputRows& rows) {
  AffinityResult result;
  static_cast<AffinityOutcome&>(result) = fit;
  result.distinct_rows = static_cast<std::int64_t>(rows.first.size());
  result.labels.assign(rows.group.size(), -1);
  if (fit.exemplars.empty()) return result;

  const std::size_t clusters = fit.exemplars.size();
  std::vector<std::int64_t> sizes(clusters);
  std::vector<std::size_t> by_first_member;
  for (std::size_t i = 0; i < rows.group.size(); ++i) {
    const auto label =
        static_cast<std::size_t>(fit.labels[static_cast<std::size_t>(rows.group[i])]);
    if (sizes[label]++ == 0) by_first_member.push_back(label);
    result.labels[i] = static_cast<std::int32_t>(label);
  }
  std::stable_sort(by_first_member.begin(), by_first_member.end(),
                   [&](std::size_t a, std::size_t b) { return sizes[a] > sizes[b]; });
  std::vector<std::int32_t> number(clusters);
  for (std::size_t k = 0; k < clusters; ++k) {
    const std::size_t old = by_first_member[k];
    number[old] = static_cast<std::int32_t>(k);
    result.exemplars.push_back(rows.first[static_cast<std::size_t>(fit.exemplars[old])]);
    result.sizes.push_back(sizes[old]);
    result.shares.push_back(fit.shares[old]);
  }
  for (std::int32_t& label : result.labels) label = number[static_cast<std::size_t>(label)];
  return result;
}

namespace {

/// A distinct row may be exemplar at the highest price that one of its copies pays.
std::vector<float> collapsed(const std::vector<float>& preferences, const InputRows& rows) {
  if (preferences.empty()) return {};
  std::vector<float> result;
  result.reserve(rows.first.size());
  for (const std::int64_t row : rows.first)
    result.push_back(preferences[static_cast<std::size_t>(row)]);
  for (std::size_t i = 0; i < preferences.size(); ++i) {
    float& own = result[static_cast<std::size_t>(rows.group[i])];
    own = std::max(own, preferences[i]);
  }
  return result;
}

}  // namespace

AffinityResult affinity(Backend& backend, const DataSet& data, const AffinityParams& params) {
  validate(params, data.rows());
  return affinity(backend, backend.distinct(data), params);
}

AffinityResult affinity(Backend& backend, const DistinctRows& distinct,
                        const AffinityParams& params) {
  validate(params, std::ssize(distinct.group));
  const InputRows rows{distinct.group, distinct.first};
  AffinityParams own = params;
  own.preferences = collapsed(params.preferences, rows);
  return numbered(backend.affinity(*distinct.data, own), rows);
}

Assignment affinity_predict(Backend& backend, MatrixView<const float> exemplars,
                            const DataSet& rows) {
  if (exemplars.rows() < 1)
    throw DataError("affinity propagation: there is no exemplar that a row could join");
  if (exemplars.cols() != rows.features())
    throw UsageError(
        fmt::format("affinity propagation: the exemplars have {} features, the rows {}",
                    exemplars.cols(), rows.features()));
  return backend.assign(rows, exemplars);
}

AffinityResult affinity_precomputed(Backend& backend, MatrixView<const float> similarities,
                                    std::span<const float> weights, const AffinityParams& params) {
  const std::int64_t n = similarities.rows();
  validate(params, n);
  if (similarities.cols() != n)
    throw DataError(
        fmt::format("affinity propagation: the similarities are {} x {}; they must be "
                    "square",
                    n, similarities.cols()));
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t j = 0; j < n; ++j)
      if (i != j && !std::isfinite(similarities(i, j)))
        throw DataError(
            fmt::format("affinity propagation: the similarity of rows {} and {} is {}; "
                        "it must be finite",
                        i, j, similarities(i, j)));
  if (!weights.empty() && static_cast<std::int64_t>(weights.size()) != n)
    throw UsageError(
        fmt::format("affinity propagation: {} weights for {} rows", weights.size(), n));
  double total = weights.empty() ? 1 : 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!(weights[i] >= 0) || !std::isfinite(weights[i]))
      throw DataError(
          fmt::format("affinity propagation: the weight of row {} is {}; it must be "
                      "finite and not negative",
                      i, weights[i]));
    total = std::max(total, static_cast<double>(weights[i]));
  }
  if (!(total > 0)) throw DataError("affinity propagation: all weights are zero");

  std::vector<std::int32_t> group(static_cast<std::size_t>(n));
  std::vector<std::int64_t> first(static_cast<std::size_t>(n));
  std::iota(group.begin(), group.end(), 0);
  std::iota(first.begin(), first.end(), 0);
  return numbered(backend.affinity(similarities, weights, params), {group, first});
}

}  // namespace cohort
