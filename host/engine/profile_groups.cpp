#include "host/engine/profile_groups.hpp"

#include "cohort/row_chunks.hpp"

namespace cohort {

Grouping::Grouping(const RowWeights& weights, std::span<const std::int32_t> labels, std::int64_t k,
                   ThreadPool& pool)
    : weights_(weights),
      labels_(labels),
      ones_(weights.grid(1)),
      one_(ones_.steps_per_unit()),
      sizes_(static_cast<std::size_t>(k) + 1),
      group_weights_(sizes_.size()),
      weightless_(sizes_.size(), 1) {
  struct Counts {
    std::vector<std::int64_t> sizes, weights;
    std::vector<char> weightless;
  };
  std::vector<Counts> found(static_cast<std::size_t>(pool.threads()),
                            {sizes_, group_weights_, weightless_});
  over_row_chunks(pool, rows(), [&](std::int64_t first, std::int64_t last, int worker) {
    Counts& own = found[static_cast<std::size_t>(worker)];
    for (std::int64_t i = first; i < last; ++i) {
      const auto group = static_cast<std::size_t>(of(i));
      ++own.sizes[group];
      own.weights[group] += weight(i);
      if (weights_.counts(i)) own.weightless[group] = 0;
    }
  });
  for (const Counts& own : found) {
    for (std::size_t g = 0; g < sizes_.size(); ++g) {
      sizes_[g] += own.sizes[g];
      group_weights_[g] += own.weights[g];
      total_weight_ += own.weights[g];
      if (own.weightless[g] == 0) weightless_[g] = 0;
    }
  }
}

}  // namespace cohort
