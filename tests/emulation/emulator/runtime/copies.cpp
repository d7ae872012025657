#include "runtime/copies.hpp"

#include <cstring>

#include "runtime/memory.hpp"

namespace {

/// Why a side of a copy cannot be what its kind says; null where it can.
const char* problem_of(const void* at, std::size_t bytes, bool on_device) {
  if (emu::heap.covers(at, bytes) == on_device) return nullptr;
  if (!on_device) return " is memory of the device, which the kind says it is not";
  return emu::heap.covers(at, 1) ? " reaches past the end of an allocation of the device"
                                 : " is not memory of the device, as the kind says";
}

cudaError_t checked(const char* call, const void* to, std::size_t to_bytes, const void* from,
                    std::size_t from_bytes, cudaMemcpyKind kind) {
  if (kind == cudaMemcpyDefault) return cudaSuccess;
  const auto refuse = [&](const char* side, std::size_t bytes, const char* problem) {
    return emu::refuse(cudaErrorInvalidValue, std::string(call) + " of " + std::to_string(bytes) +
                                                  " bytes: the " + side + problem);
  };
  const bool to_device = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
  const bool from_device = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
  if (const char* problem = problem_of(to, to_bytes, to_device))
    return refuse("destination", to_bytes, problem);
  if (const char* problem = problem_of(from, from_bytes, from_device))
    return refuse("source", from_bytes, problem);
  return cudaSuccess;
}

}  // namespace

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  if (bytes == 0) return cudaSuccess;
  const cudaError_t status = checked("cudaMemcpyAsync", to, bytes, from, bytes, kind);
  if (status == cudaSuccess) stream->put([=] { std::memmove(to, from, bytes); });
  return status;
}

cudaError_t cudaMemcpy2DAsync(void* to, std::size_t to_pitch, const void* from,
                              std::size_t from_pitch, std::size_t width, std::size_t height,
                              cudaMemcpyKind kind, cudaStream_t stream) {
  if (width == 0 || height == 0) return cudaSuccess;
  if (width > to_pitch || width > from_pitch)
    return emu::refuse(cudaErrorInvalidValue, "cudaMemcpy2DAsync of rows wider than their pitch");
  const cudaError_t status = checked("cudaMemcpy2DAsync", to, (height - 1) * to_pitch + width, from,
                                     (height - 1) * from_pitch + width, kind);
  if (status == cudaSuccess)
    stream->put([=] {
      for (std::size_t row = 0; row < height; ++row)
        std::memmove(static_cast<char*>(to) + row * to_pitch,
                     static_cast<const char*>(from) + row * from_pitch, width);
    });
  return status;
}

cudaError_t cudaMemsetAsync(void* at, int byte, std::size_t bytes, cudaStream_t stream) {
  if (bytes == 0) return cudaSuccess;
  if (const char* problem = problem_of(at, bytes, true))
    return emu::refuse(cudaErrorInvalidValue,
                       "cudaMemsetAsync of " + std::to_string(bytes) + " bytes: it" + problem);
  stream->put([=] { std::memset(at, byte, bytes); });
  return cudaSuccess;
}
