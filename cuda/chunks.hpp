#pragma once
/// Large matrices between host and GPU, in chunks of rows through two pinned buffers: while one is
/// under way, the other is filled or emptied. A chunk is whole tiles.

#include <algorithm>
#include <cstring>
#include <optional>

#include "cuda/data_set.hpp"

namespace cohort::cuda {

/// Two pinned buffers in turn: while one is under way, the other is filled or emptied.
template <class T>
class PinnedBuffers {
 public:
  explicit PinnedBuffers(std::int64_t size) : buffers_{Buffer(size), Buffer(size)} {}
  struct Buffer {
    explicit Buffer(std::int64_t size) : values(size) {}
    PinnedArray<T> values;
    Event done;  ///< the copy from or to it
  };
  [[nodiscard]] Buffer& of(std::int64_t chunk) { return buffers_[chunk % 2]; }

 private:
  Buffer buffers_[2];
};

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
        pinned_(chunk_rows_ * cols) {}

  /// \param use  use(values, first, rows) puts on the stream what reads a chunk's rows there
  template <class Use>
  void to_device(const T* from, const Use& use) {
    for (std::int64_t chunk = 0; chunk < count(); ++chunk) {
      auto& buffer = pinned_.of(chunk);
      buffer.done.wait();
      std::memcpy(buffer.values.data(), from + first(chunk) * cols_, bytes(chunk));
      T* const there = room(chunk);
      check(cudaMemcpyAsync(there, buffer.values.data(), bytes(chunk), cudaMemcpyHostToDevice,
                            device_.stream()),
            "copying to the GPU");
      use(static_cast<const T*>(there), first(chunk), rows(chunk));
      buffer.done.record(device_.stream());
    }
    device_.wait();
  }

  /// \param make  make(first, rows, values) puts on the stream what writes a chunk's rows there
  template <class Make>
  void to_host(const Make& make, T* to) {
    const auto made = [&](std::int64_t chunk) {
      T* const there = room(chunk);
      make(first(chunk), rows(chunk), there);
      return static_cast<const T*>(there);
    };
    take(made, to);
  }

  /// What lies in the GPU's memory as it is wanted.
  void to_host(const T* from, T* to) {
    take([&](std::int64_t chunk) { return from + first(chunk) * cols_; }, to);
  }

 private:
  /// \param find  find(chunk): where on the GPU its rows are, once the stream has come so far
  template <class Find>
  void take(const Find& find, T* to) {
    // One chunk more than there are: what is asked for in one round is taken in the next.
    for (std::int64_t chunk = 0; chunk <= count(); ++chunk) {
      if (chunk < count()) {
        auto& buffer = pinned_.of(chunk);
        check(cudaMemcpyAsync(buffer.values.data(), find(chunk), bytes(chunk),
                              cudaMemcpyDeviceToHost, device_.stream()),
              "copying results");
        buffer.done.record(device_.stream());
      }
      if (chunk > 0) {
        auto& buffer = pinned_.of(chunk - 1);
        buffer.done.wait();
        std::memcpy(to + first(chunk - 1) * cols_, buffer.values.data(), bytes(chunk - 1));
      }
    }
  }

  /// A chunk's room on the GPU, on its way.
  [[nodiscard]] T* room(std::int64_t chunk) {
    std::optional<DeviceArray<T>>& room = rooms_[chunk % 2];
    if (!room) room.emplace(device_, chunk_rows_ * cols_);
    return room->data();
  }

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
  PinnedBuffers<T> pinned_;
  std::optional<DeviceArray<T>> rooms_[2];
};

}  // namespace cohort::cuda
