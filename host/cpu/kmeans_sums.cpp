#include "host/cpu/kmeans_sums.hpp"

#include <algorithm>
#include <cmath>

#include "host/cpu/block_ranges.hpp"

namespace cohort::cpu {

namespace {

struct LargestMagnitudes {
  template <int W>
  [[gnu::always_inline]] static void run(const float* x, std::int64_t blocks, std::int64_t d,
                                         float* largest) {
    using F = typename Lanes<W>::F;
    for (std::int64_t j = 0; j < d; ++j) {
      F most = {};
      for (std::int64_t row = 0; row < blocks * kBlock; row += W) {
        const F value = *reinterpret_cast<const F*>(lanes_at(x, d, row, j));
        const F magnitude = value < 0 ? -value : value;
        most = magnitude > most ? magnitude : most;
      }
      for (int i = 0; i < W; ++i) largest[j] = std::max(largest[j], most[i]);
    }
  }
};

struct ValueSums {
  template <int W>
  [[gnu::always_inline]] static void run(const float* x, std::int64_t blocks, std::int64_t d,
                                         KMeansSums::Terms terms, std::int64_t* sums) {
    for (std::int64_t j = 0; j < d; ++j) {
      typename Lanes<W>::L sum = {};
      for (std::int64_t row = 0; row < blocks * kBlock; row += W)
        sum += terms.values<W>(lanes_at(x, d, row, j), terms.steps[j], row);
      sums[j] += Lanes<W>::total(sum);
    }
  }
};

}  // namespace

KMeansSums::KMeansSums(const CpuDataSet& data, Machine machine)
    : weights_(data.weights.empty() ? nullptr : data.weights.data()) {
  choose_weight_grid(data);
  choose_value_grids(data, machine);
  add_all_rows(data, machine);
}

void KMeansSums::choose_weight_grid(const CpuDataSet& data) {
  total_weight_ = data.rows();
  if (weights_ == nullptr) return;
  largest_weight_ =
      static_cast<double>(*std::max_element(data.weights.begin(), data.weights.end()));
  weight_grid_ = grid_for(largest_weight_, static_cast<double>(data.rows()));
  weight_steps_ = weight_grid_.steps_per_unit();
  if (largest_weight_ < 1) factor_ = std::ldexp(1.0, -std::ilogb(largest_weight_));
  total_weight_ = 0;
  for (std::int64_t i = 0; i < data.rows(); ++i) total_weight_ += weight_term(i);
}

void KMeansSums::choose_value_grids(const CpuDataSet& data, Machine machine) {
  const std::int64_t d = data.features();
  Matrix<float> largest(machine.pool.threads(), d);
  over_blocks(machine.pool, data.blocks(), [&](std::int64_t first, std::int64_t last, int worker) {
    over_cached_pieces(first, last, d, [&](std::int64_t b, std::int64_t blocks) {
      dispatch<LargestMagnitudes>(machine.isa, data.block(b), blocks, d,
                                  largest.row(worker).data());
    });
  });
  // A weighted term may have 50 bits, a sum 62.
  const double weight = from_grid(total_weight_, weight_grid_) * factor_;
  const double terms = std::max(weight, 4096 * largest_weight_ * factor_);
  for (std::int64_t j = 0; j < d; ++j) {
    float most = 0;
    for (std::int64_t worker = 0; worker < largest.rows(); ++worker)
      most = std::max(most, largest(worker, j));
    largest_.push_back(static_cast<double>(most));
    const Grid grid = grid_for(static_cast<double>(most), terms);
    steps_.push_back(grid.steps_per_unit());
    sum_grids_.push_back({grid.exponent + std::ilogb(factor_)});
  }
}

void KMeansSums::add_all_rows(const CpuDataSet& data, Machine machine) {
  const std::int64_t d = data.features();
  Matrix<std::int64_t> sums(machine.pool.threads(), d);
  over_blocks(machine.pool, data.blocks(), [&](std::int64_t first, std::int64_t last, int worker) {
    over_cached_pieces(first, last, d, [&](std::int64_t b, std::int64_t blocks) {
      dispatch_doubles<ValueSums>(machine.isa, data.block(b), blocks, d, terms_from(b),
                                  sums.row(worker).data());
    });
  });
  totals_.assign(static_cast<std::size_t>(d), 0);
  for (std::int64_t worker = 0; worker < sums.rows(); ++worker)
    for (std::int64_t j = 0; j < d; ++j) totals_[static_cast<std::size_t>(j)] += sums(worker, j);
}

}  // namespace cohort::cpu
