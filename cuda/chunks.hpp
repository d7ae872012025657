#pragma once
/// Large matrices between host and GPU, in chunks of rows through two pinned buffers: while one is
/// under way, the other is filled or emptied. A chunk is whole tiles.

#include <algorithm>
#include <cstring>

#include "cuda/data_set.hpp"

namespace cohort::cuda {

/// Enough for full speed, and little beside the matrix.
inline constexpr std::int64_t kChunkBytes = 16 << 20;

template <class T>
class Chunks {
 public:
  /// For a matrix of at least one row and column. \param chunk_bytes  of a chunk at most, unless a
  /// tile is larger
  Chunks(const Device& device, std::int64_t rows, std::int64_t cols,
         std::int64_t chunk_bytes = kChunkBytes)
      : device_(device),
        rows_(rows),
        cols_(cols),
        chunk_rows_(rows_of_a_chunk(rows, cols, chunk_bytes)),
        buffers_{Buffer(device, chunk_rows_ * cols), Buffer(device, chunk_rows_ * cols)} {}

  /// \param use  use(values, first, rows) puts on the stream what reads a chunk's rows there
  template <class Use>
  void to_device(const T* from, const Use& use) {
    for (std::int64_t chunk = 0; chunk < count(); ++chunk) {
      Buffer& buffer = buffers_[chunk % 2];
      buffer.done.wait();
      std::memcpy(buffer.host.data(), from + first(chunk) * cols_, bytes(chunk));
      check(cudaMemcpyAsync(buffer.gpu.data(), buffer.host.data(), bytes(chunk),
                            cudaMemcpyHostToDevice, device_.stream()),
            "copying to the GPU");
      use(static_cast<const T*>(buffer.gpu.data()), first(chunk), rows(chunk));
      buffer.done.record(device_.stream());
    }
    device_.wait();
  }

  /// \param make  make(first, rows, values) puts on the stream what writes a chunk's rows there
  template <class Make>
  void to_host(const Make& make, T* to) {
    // One chunk more than there are: what is asked for in one round is taken in the next.
    for (std::int64_t chunk = 0; chunk <= count(); ++chunk) {
      if (chunk < count()) {
        Buffer& buffer = buffers_[chunk % 2];
        make(first(chunk), rows(chunk), buffer.gpu.data());
        check(cudaMemcpyAsync(buffer.host.data(), buffer.gpu.data(), bytes(chunk),
                              cudaMemcpyDeviceToHost, device_.stream()),
              "copying results");
        buffer.done.record(device_.stream());
      }
      if (chunk > 0) {
        Buffer& buffer = buffers_[(chunk - 1) % 2];
        buffer.done.wait();
        std::memcpy(to + first(chunk - 1) * cols_, buffer.host.data(), bytes(chunk - 1));
      }
    }
  }

 private:
  struct Buffer {
    Buffer(const Device& device, std::int64_t size) : host(size), gpu(device, size) {}
    PinnedArray<T> host;
    DeviceArray<T> gpu;
    Event done;
  };

  static std::int64_t rows_of_a_chunk(std::int64_t rows, std::int64_t cols,
                                      std::int64_t chunk_bytes) {
    const std::int64_t tile_bytes = kTileRows * cols * static_cast<std::int64_t>(sizeof(T));
    const std::int64_t tiles = (rows + kTileRows - 1) / kTileRows;
    return std::clamp<std::int64_t>(chunk_bytes / tile_bytes, 1, tiles) * kTileRows;
  }
  [[nodiscard]] std::int64_t count() const { return (rows_ + chunk_rows_ - 1) / chunk_rows_; }
  [[nodiscard]] std::int64_t first(std::int64_t chunk) const { return chunk * chunk_rows_; }
  [[nodiscard]] std::int64_t rows(std::int64_t chunk) const {
    return std::min(chunk_rows_, rows_ - first(chunk));
  }
  [[nodiscard]] std::size_t bytes(std::int64_t chunk) const {
    return static_cast<std::size_t>(rows(chunk) * cols_) * sizeof(T);
  }

  const Device& device_;
  std::int64_t rows_, cols_, chunk_rows_;
  Buffer buffers_[2];
};

}  // namespace cohort::cuda
