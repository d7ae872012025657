#include "host/survey/distinct_values.hpp"

#include <algorithm>
#include <bit>
#include <optional>
#include <utility>
#include <vector>

#include "cohort/arithmetic.hpp"
#include "cohort/large_memory.hpp"

namespace cohort {

namespace {

// ---- values of few decimals: each is a step on a grid, and has a bit of its own ----

struct DecimalGrid {
  double steps_per_unit = 1;
  double least = 0;  // in steps
  double most = 0;   // below the least where there is no value
};

// on_grid(x, 1), of vectors too.
template <class T>
T nearest_whole(T x) {
  return (x + kPush) - kPush;
}

// The grid of so many decimals, where every value is the double nearest to one of its steps: then
// two values are equal where their steps are.
std::optional<DecimalGrid> grid_of(std::span<const double> values, double steps_per_unit) {
  using Pair = double __attribute__((vector_size(16)));
  using Flags = std::int64_t __attribute__((vector_size(16)));
  constexpr double kMost = 1125899906842624.0;  // 2^50
  constexpr std::size_t kBlock = 4096;
  Pair least = {kMost, kMost};
  Pair most = -least;
  for (std::size_t from = 0; from < values.size(); from += kBlock) {
    const auto block = values.subspan(from, std::min(kBlock, values.size() - from));
    Flags off_grid = {};
    for (std::size_t i = 0; i < block.size(); i += 2) {
      const Pair value = {block[i], block[std::min(i + 1, block.size() - 1)]};
      const Pair step = nearest_whole(value * steps_per_unit);
      off_grid |= (step / steps_per_unit != value) & (value == value);
      least = step < least ? step : least;
      most = step > most ? step : most;
    }
    if ((off_grid[0] | off_grid[1]) != 0) return std::nullopt;
  }
  const DecimalGrid grid{steps_per_unit, std::min(least[0], least[1]), std::max(most[0], most[1])};
  if (grid.least < -kMost || grid.most > kMost) return std::nullopt;
  return grid;
}

std::optional<DecimalGrid> grid_of(std::span<const double> values) {
  constexpr std::size_t kSample = 256;
  for (const double steps_per_unit : {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6}) {
    if (!grid_of(values.first(std::min(kSample, values.size())), steps_per_unit)) continue;
    if (const auto grid = grid_of(values, steps_per_unit)) return grid;
  }
  return std::nullopt;
}

std::int64_t count_on_grid(std::span<const double> values, const DecimalGrid& grid) {
  constexpr std::uint64_t kBits = 64;
  std::vector<std::uint64_t> seen(static_cast<std::size_t>(grid.most - grid.least) / kBits + 1);
  std::int64_t count = 0;
  for (const double value : values) {
    if (value != value) continue;
    const auto step = static_cast<std::uint64_t>(
        static_cast<std::int64_t>(nearest_whole(value * grid.steps_per_unit) - grid.least));
    std::uint64_t& word = seen[step / kBits];
    count += static_cast<std::int64_t>(~word >> step % kBits & 1);
    word |= std::uint64_t{1} << step % kBits;
  }
  return count;
}

// ---- any values: sets of their bits, each small enough for the caches ----

// -0 is 0.
std::uint64_t identity_of(double value) {
  return bits_of(value + 0.0);
}

std::uint64_t hash_of(std::uint64_t bits) {
  return (bits ^ bits >> 32) * 0x9E3779B97F4A7C15ULL;
}

int width_of(std::size_t count) {
  return static_cast<int>(std::bit_width(count));
}

// A set of bits whose hashes agree in the first so many places.
class BitsSet {
 public:
  explicit BitsSet(int agreeing) : agreeing_(agreeing) {}

  std::int64_t count(std::span<const std::uint64_t> values) {
    constexpr std::size_t kFirst = 4096;
    clear(width_of(2 * std::min(values.size(), kFirst)));
    for (const std::uint64_t bits : values) {
      if (!place(bits)) continue;
      if (2 * ++size_ > slots_.size()) grow();
    }
    return static_cast<std::int64_t>(size_);
  }

 private:
  static constexpr std::uint64_t kFree = ~std::uint64_t{0};  // a NaN

  void clear(int width) {
    width_ = width;
    size_ = 0;
    slots_.assign(std::size_t{1} << width, kFree);
  }

  bool place(std::uint64_t bits) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = hash_of(bits) << agreeing_ >> (64 - width_);
    for (; slots_[slot] != kFree; slot = (slot + 1) & mask) {
      if (slots_[slot] == bits) return false;
    }
    slots_[slot] = bits;
    return true;
  }

  void grow() {
    const std::vector<std::uint64_t> old = std::move(slots_);
    const std::size_t size = size_;
    clear(width_ + 2);
    for (const std::uint64_t bits : old) {
      if (bits != kFree) place(bits);
    }
    size_ = size;
  }

  int agreeing_;
  int width_ = 0;
  std::size_t size_ = 0;
  std::vector<std::uint64_t> slots_;
};

std::int64_t count_by_hash(std::span<const double> values) {
  constexpr std::size_t kAtATime = 2048;
  constexpr int kMostPlaces = 11;
  const int places = std::clamp(width_of(values.size() / kAtATime), 1, kMostPlaces);
  const auto part_of = [places](std::uint64_t bits) {
    return static_cast<std::size_t>(hash_of(bits) >> (64 - places));
  };
  std::vector<std::size_t> ends(std::size_t{1} << places);
  for (const double value : values) {
    if (value == value) ++ends[part_of(identity_of(value))];
  }
  std::size_t total = 0;
  for (std::size_t& end : ends) total = end = total + end;
  LargeVector<std::uint64_t> sorted(total);
  std::vector<std::size_t> begins = ends;
  for (const double value : values) {
    if (value == value) sorted[--begins[part_of(identity_of(value))]] = identity_of(value);
  }
  BitsSet set(places);
  std::int64_t count = 0;
  for (std::size_t part = 0; part < ends.size(); ++part) {
    count += set.count({sorted.data() + begins[part], ends[part] - begins[part]});
  }
  return count;
}

}  // namespace

std::int64_t count_to_two(std::span<const double> values) {
  const auto present = [](double value) { return value == value; };
  const auto first = std::find_if(values.begin(), values.end(), present);
  if (first == values.end()) return 0;
  const bool another = std::any_of(first, values.end(),
                                   [&](double value) { return present(value) && value != *first; });
  return another ? 2 : 1;
}

std::int64_t count_distinct(std::span<const double> values) {
  constexpr double kBitsAValue = 64;
  constexpr double kFewBits = 1 << 16;
  const std::optional<DecimalGrid> grid = grid_of(values);
  if (grid && grid->most < grid->least) return 0;
  const bool narrow =
      grid && grid->most - grid->least <
                  std::max(kFewBits, kBitsAValue * static_cast<double>(values.size()));
  return narrow ? count_on_grid(values, *grid) : count_by_hash(values);
}

}  // namespace cohort
