#include <chrono>
#include <cstring>
#include <vector>

#include "cohort/device.hpp"

namespace cohort {

double host_copy_bandwidth(ThreadPool& pool) {
  constexpr std::int64_t kPiece = std::int64_t{1} << 20;
  constexpr std::int64_t kPieces = 256;
  constexpr int kCopies = 5;
  const std::vector<char> from(static_cast<std::size_t>(kPiece * kPieces), 1);
  std::vector<char> to(from.size());
  const auto copy = [&] {
    pool.run(kPieces, [&](std::int64_t piece, int) {
      std::memcpy(to.data() + piece * kPiece, from.data() + piece * kPiece,
                  static_cast<std::size_t>(kPiece));
    });
  };
  copy();
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kCopies; ++i) copy();
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
  return 2.0 * kCopies * static_cast<double>(from.size()) / passed.count();
}

}  // namespace cohort
