#include "runtime/streams.hpp"

#include "runtime/device.hpp"

namespace emu {

void Stream::run_up_to(std::size_t count) {
  while (done_ < count) {
    const std::unique_ptr<Work> work = std::move(work_[done_ - first_]);
    ++done_;  // also when it throws
    work->run();
  }
  if (done_ < put_so_far()) return;
  work_.clear();
  first_ = done_;
}

void Stream::finish() {
  while (done_ < put_so_far()) {
    try {
      run_all();
    } catch (...) {
    }
  }
}

void check_residence(const Grid& grid, bool cooperative) {
  const std::size_t blocks = std::size_t{grid.grid.x} * grid.grid.y * grid.grid.z;
  const auto resident =
      static_cast<std::size_t>(device.multiprocessors * device.blocks_per_multiprocessor);
  if (cooperative && blocks > resident)
    throw Error("CUDA would refuse this launch: a cooperative grid of " + std::to_string(blocks) +
                " blocks, of which the device has room for " + std::to_string(resident));
}

}  // namespace emu

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  *stream = new emu::Stream;
  return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  stream->run_all();
  return cudaSuccess;
}

cudaError_t cudaStreamQuery(cudaStream_t stream) {
  if (stream->done() == stream->put_so_far()) return cudaSuccess;
  stream->run_up_to(stream->done() + 1);
  return cudaErrorNotReady;
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  if (event->stream == nullptr) return cudaSuccess;  // never recorded
  stream->put([mark = *event] { mark.stream->run_up_to(mark.mark); });
  return cudaSuccess;
}

/// What has been put is still done.
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  stream->finish();
  delete stream;
  return cudaSuccess;
}

cudaError_t cudaLaunchHostFunc(cudaStream_t stream, cudaHostFn_t call, void* argument) {
  stream->put([=] { call(argument); });
  return cudaSuccess;
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  *event = new emu::Event;
  return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  *event = {stream, stream->put_so_far()};
  return cudaSuccess;
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  if (event->stream != nullptr) event->stream->run_up_to(event->mark);
  return cudaSuccess;
}

cudaError_t cudaEventQuery(cudaEvent_t event) {
  if (event->stream == nullptr || event->stream->done() >= event->mark) return cudaSuccess;
  event->stream->run_up_to(event->stream->done() + 1);
  return cudaErrorNotReady;
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete event;
  return cudaSuccess;
}
