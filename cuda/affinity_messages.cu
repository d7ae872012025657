/// The iterations of affinity propagation without a host in between: they are launched in batches,
/// two of them under way at a time, and once the messages have converged on the GPU what is still
/// launched returns at once.

#include <algorithm>

#include "cuda/affinity_messages.cuh"
#include "cuda/affinity_passes.hpp"
#include "cuda/transfer.hpp"

namespace cohort::cuda {

namespace {

std::int64_t padded_to_tiles(std::int64_t rows) {
  return (rows + kTileRows - 1) / kTileRows * kTileRows;
}

/// The most entries a row's list can have. Each iteration adds at most one, and an entry that gains
/// nothing more is dropped when it falls below a step of the grid. None is ever larger than Y1 - Y2
/// can be, half of the bound that the grid is made for, which is less than 2^40 steps; a factor of
/// two is left for rounding. \param steps_are_normal  or decay may end at a denormal
std::int64_t excess_capacity(std::int64_t rows, const AffinityParams& params,
                             bool steps_are_normal) {
  const std::int64_t most = std::min(rows - 1, params.max_iter);
  if (!steps_are_normal) return most;
  const auto keep = static_cast<float>(params.damping);
  std::int64_t iterations = 1;
  for (float value = 0x1p40F; value >= 1 && iterations < most; value = keep * value) ++iterations;
  return iterations;
}

/// The memory behind Messages.
class MessageArrays {
 public:
  MessageArrays(const MessagePlan& plan, const AffinityParams& params, const Device& device)
      : rows_(std::ssize(plan.preferences)),
        padded_(padded_to_tiles(rows_)),
        least_(static_cast<float>(plan.grid.unit())),
        capacity_(excess_capacity(rows_, params, least_ >= std::numeric_limits<float>::min())),
        preferences_(on_device<double>(device, plan.preferences)),
        availability_(zeros<float>(device, padded_ * padded_)),
        alpha_(zeros<float>(device, padded_)),
        support_(zeros<float>(device, padded_)),
        row_(zeros<RowMessage>(device, rows_)),
        column_(zeros<ColumnMessage>(device, rows_)),
        excess_(device, padded_ * capacity_),
        excess_count_(zeros<std::int32_t>(device, padded_)),
        sums_(zeros<WrappingSum>(device, padded_)),
        is_exemplar_(zeros<char>(device, rows_)),
        trace_(device, params.trace ? params.max_iter : 0) {
    MessageState start;
    start.window.length = params.convergence_iter;
    state_ = on_device<MessageState>(device, {&start, 1});
    view_ = {rows_,
             padded_,
             {params.damping},
             static_cast<float>(params.damping),
             static_cast<float>(1.0 - params.damping),
             least_,
             plan.grid,
             plan.grid.steps_per_unit(),
             preferences_.data(),
             availability_.data(),
             alpha_.data(),
             support_.data(),
             row_.data(),
             column_.data(),
             excess_.data(),
             excess_count_.data(),
             capacity_,
             sums_.data(),
             is_exemplar_.data(),
             state_.data(),
             params.trace ? trace_.data() : nullptr};
    launch(device.stream(), {dim3(blocks_of_256(padded_)), dim3(256)}, mark_absent_pairs, view_);
  }

  [[nodiscard]] const Messages& view() const { return view_; }
  [[nodiscard]] const DeviceArray<char>& is_exemplar() const { return is_exemplar_; }
  [[nodiscard]] const DeviceArray<AffinityStep>& trace() const { return trace_; }

  static unsigned blocks_of_256(std::int64_t work) {
    return static_cast<unsigned>((work + 255) / 256);
  }

 private:
  std::int64_t rows_, padded_;
  float least_;
  std::int64_t capacity_;
  DeviceArray<double> preferences_;
  DeviceArray<float> availability_, alpha_, support_;
  DeviceArray<RowMessage> row_;
  DeviceArray<ColumnMessage> column_;
  DeviceArray<Excess> excess_;
  DeviceArray<std::int32_t> excess_count_;
  DeviceArray<WrappingSum> sums_;
  DeviceArray<char> is_exemplar_;
  DeviceArray<AffinityStep> trace_;
  DeviceArray<MessageState> state_;
  Messages view_ = {};
};

/// Launches iterations in batches and tells how far the GPU has come.
template <class Source>
class Iterations {
 public:
  Iterations(const Source& source, const Messages& messages, std::int64_t max_iter,
             const Device& device)
      : source_(source), messages_(messages), left_(max_iter), device_(device) {
    // About a millisecond of work, and never so many that those behind the end matter.
    constexpr std::int64_t kElements = std::int64_t{1} << 26;
    constexpr std::int64_t kMost = 16;
    batch_ = std::clamp<std::int64_t>(kElements / (source.rows() * source.rows()), 1, kMost);
    const std::int64_t wide = pair_blocks<4>(source.rows());
    is_wide_ = device.blocks_for(pass_rows<4, Source>, kPairThreads, 0, wide + 1) <= wide;
  }
  /// The GPU may be writing into seen_.
  ~Iterations() { (void)cudaStreamSynchronize(device_.stream()); }
  Iterations(const Iterations&) = delete;
  Iterations& operator=(const Iterations&) = delete;

  /// Nothing where max_iter have been launched. \param slot  0 or 1
  void launch_batch(int slot) {
    for (std::int64_t i = std::min(batch_, left_); i > 0; --i, --left_) {
      if (is_wide_)
        launch_rows<4>();
      else
        launch_rows<1>();
      launch(device_.stream(), {dim3(MessageArrays::blocks_of_256(messages_.rows)), dim3(256)},
             pass_columns, messages_);
    }
    check(cudaMemcpyAsync(seen_.data() + slot, messages_.state, sizeof(MessageState),
                          cudaMemcpyDeviceToHost, device_.stream()),
          "copying results");
    done_[slot].record(device_.stream());
  }
  /// Where the messages stand at the end of the batch in `slot`.
  [[nodiscard]] const MessageState& after_batch(int slot) const {
    done_[slot].wait();
    return seen_.data()[slot];
  }

 private:
  template <int R>
  void launch_rows() {
    launch(device_.stream(),
           {dim3(static_cast<unsigned>(pair_blocks<R>(source_.rows()))), dim3(kPairThreads)},
           pass_rows<R, Source>, source_, messages_);
  }

  const Source& source_;
  const Messages& messages_;
  std::int64_t left_;
  const Device& device_;
  std::int64_t batch_ = 1;
  bool is_wide_ = false;
  PinnedArray<MessageState> seen_{2};
  Event done_[2];
};

}  // namespace

double message_bytes(std::int64_t rows, const AffinityParams& params) {
  const auto padded = static_cast<double>(padded_to_tiles(rows));
  const auto list = static_cast<double>(excess_capacity(rows, params, true));
  return padded * padded * sizeof(float) + padded * list * sizeof(Excess) + padded * 100;
}

template <class Source>
std::vector<std::int64_t> pass_messages(const Source& source, const MessagePlan& plan,
                                        const AffinityParams& params, AffinityFit& fit,
                                        const Device& device) {
  const MessageArrays arrays(plan, params, device);
  Iterations<Source> iterations(source, arrays.view(), params.max_iter, device);
  iterations.launch_batch(0);
  for (int slot = 0; !fit.converged && fit.n_iter < params.max_iter; slot = 1 - slot) {
    iterations.launch_batch(1 - slot);
    const MessageState& state = iterations.after_batch(slot);
    fit.n_iter = state.n_iter;
    fit.converged = state.converged != 0;
    if (params.progress)
      params.progress({"affinity propagation", fit.n_iter, params.max_iter, "iterations", 0,
                       state.chosen, "exemplars"});
  }
  if (params.trace) fit.trace = on_host(device, arrays.trace(), fit.n_iter);
  std::vector<std::int64_t> exemplars;
  const std::vector<char> is_exemplar = on_host(device, arrays.is_exemplar());
  for (std::size_t j = 0; j < is_exemplar.size(); ++j)
    if (is_exemplar[j] != 0) exemplars.push_back(static_cast<std::int64_t>(j));
  return exemplars;
}

template std::vector<std::int64_t> pass_messages(const FeatureSimilarities&, const MessagePlan&,
                                                 const AffinityParams&, AffinityFit&,
                                                 const Device&);
template std::vector<std::int64_t> pass_messages(const GivenSimilarities&, const MessagePlan&,
                                                 const AffinityParams&, AffinityFit&,
                                                 const Device&);

}  // namespace cohort::cuda
