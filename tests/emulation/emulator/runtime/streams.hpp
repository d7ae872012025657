#pragma once
/// Streams and events.

#include <cstddef>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "emu/launch.hpp"
#include "runtime/status.hpp"

namespace emu {

/// Work that is done when somebody waits for it.
class Stream {
 public:
  template <class F>
  void put(F work) {
    struct Piece : Work {
      explicit Piece(F&& f) : work(std::move(f)) {}
      void run() override { work(); }
      F work;
    };
    work_.push_back(std::make_unique<Piece>(std::move(work)));
  }
  /// Pieces put since the beginning.
  [[nodiscard]] std::size_t put_so_far() const { return first_ + work_.size(); }
  [[nodiscard]] std::size_t done() const { return done_; }
  /// Until `count` pieces since the beginning are done.
  void run_up_to(std::size_t count);
  void run_all() { run_up_to(put_so_far()); }
  /// All of it, though pieces fail: nobody will ask.
  void finish();

 private:
  struct Work {
    virtual ~Work() = default;
    virtual void run() = 0;
  };
  std::vector<std::unique_ptr<Work>> work_;  ///< the pieces from the first_ on
  std::size_t first_ = 0, done_ = 0;
};

struct Event {
  Stream* stream = nullptr;
  std::size_t mark = 0;
};

/// \throws Error where CUDA would refuse the launch
void check_residence(const Grid& grid, bool cooperative);

/// A kernel at its place in the stream's work; its arguments are copied.
template <class Kernel, class... Arguments>
void launch_on(Stream& stream, Kernel kernel, const Grid& grid, bool cooperative,
               std::tuple<Arguments...> arguments) {
  check_launch(grid, cooperative);
  check_residence(grid, cooperative);
  stream.put([=] {
    run(kernel, grid.grid, grid.block, grid.dynamic_bytes, grid.cluster, cooperative, arguments);
  });
}

}  // namespace emu

using cudaStream_t = emu::Stream*;
using cudaEvent_t = emu::Event*;
using cudaHostFn_t = void (*)(void*);

inline constexpr unsigned cudaStreamNonBlocking = 1;
inline constexpr unsigned cudaEventDisableTiming = 2;

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags);
cudaError_t cudaStreamSynchronize(cudaStream_t stream);
/// Asking makes the stream go on by one piece.
cudaError_t cudaStreamQuery(cudaStream_t stream);
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned flags = 0);
cudaError_t cudaStreamDestroy(cudaStream_t stream);
cudaError_t cudaLaunchHostFunc(cudaStream_t stream, cudaHostFn_t call, void* argument);

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags);
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream);
cudaError_t cudaEventSynchronize(cudaEvent_t event);
/// Asking makes the stream go on by one piece.
cudaError_t cudaEventQuery(cudaEvent_t event);
cudaError_t cudaEventDestroy(cudaEvent_t event);
