#include "host/cpu/kmeans_starts.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_set>

#include "host/cpu/block_ranges.hpp"

namespace cohort::cpu {

namespace {

constexpr std::int64_t kTaskRows = kTaskBlocks * kBlock;

// k rows without putting back, each draw by weight.
Matrix<float> random_rows(const CpuDataSet& data, const KMeansParams& params,
                          const KMeansSums& sums, DrawTable table, std::int64_t restart) {
  std::unordered_set<std::int64_t> taken;
  Matrix<float> centers(params.n_clusters, data.features());
  for (std::int64_t c = 0; c < params.n_clusters; ++c) {
    if (table.total() == 0) refuse_too_few_distinct(params.n_clusters, c);
    const std::int64_t row =
        table.find(start_draw(params.seed, restart, c, table.total()),
                   [&](std::int64_t i) { return taken.contains(i) ? 0 : sums.weight_term(i); });
    taken.insert(row);
    table.take_out(row, sums.weight_term(row));
    for (std::int64_t j = 0; j < data.features(); ++j) centers(c, j) = data.at(row, j);
  }
  return centers;
}

}  // namespace

DrawTable::DrawTable(std::vector<std::int64_t> task_sums)
    : task_sums_(std::move(task_sums)),
      total_(std::accumulate(task_sums_.begin(), task_sums_.end(), std::int64_t{0})) {}

std::int64_t DrawTable::find(std::uint64_t u,
                             const std::function<std::int64_t(std::int64_t)>& term) const {
  auto left = static_cast<std::int64_t>(u);
  std::size_t task = 0;
  while (left >= task_sums_[task]) left -= task_sums_[task++];
  std::int64_t row = static_cast<std::int64_t>(task) * kTaskRows;
  for (std::int64_t next = term(row); left >= next; next = term(++row)) left -= next;
  return row;
}

void DrawTable::take_out(std::int64_t row, std::int64_t term) {
  task_sums_[static_cast<std::size_t>(row / kTaskRows)] -= term;
  total_ -= term;
}

DrawTable weight_table(const CpuDataSet& data, const KMeansSums& sums) {
  std::vector<std::int64_t> task_sums(static_cast<std::size_t>(block_tasks(data.blocks())));
  for (std::int64_t i = 0; i < data.rows(); ++i)
    task_sums[static_cast<std::size_t>(i / kTaskRows)] += sums.weight_term(i);
  return DrawTable(std::move(task_sums));
}

std::vector<Matrix<float>> kmeans_starts(const CpuDataSet& data, const KMeansParams& params,
                                         const KMeansSums& sums, RestartRange restarts,
                                         Machine machine, const std::function<void()>& step_done) {
  if (params.init == KMeansInit::kmeans_plus_plus)
    return kmeans_plus_plus(data, params, sums, restarts, machine, step_done);
  if (params.init == KMeansInit::given) return {params.centers};
  const DrawTable table = weight_table(data, sums);
  std::vector<Matrix<float>> starts;
  for (std::int64_t r = 0; r < restarts.count; ++r)
    starts.push_back(random_rows(data, params, sums, table, restarts.first + r));
  return starts;
}

}  // namespace cohort::cpu
