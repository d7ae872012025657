#pragma once
/// The stream of numpy's RandomState(seed).standard_normal(), bit for bit: MT19937 (Matsumoto &
/// Nishimura 1998) and the polar method (Marsaglia & Bray 1964). Only for comparisons with software
/// that uses it; everything of our own draws from philox().

#include <array>
#include <cmath>
#include <cstdint>

namespace cohort {

class Mt19937Gaussian {
 public:
  explicit Mt19937Gaussian(std::uint32_t seed) {
    state_[0] = seed;
    for (std::uint32_t i = 1; i < kWords; ++i)
      state_[i] = 1812433253U * (state_[i - 1] ^ (state_[i - 1] >> 30)) + i;
  }

  double operator()() {
    if (has_spare_) {
      has_spare_ = false;
      return spare_;
    }
    double x1 = 0;
    double x2 = 0;
    double r2 = 0;
    do {
      x1 = 2.0 * uniform() - 1.0;
      x2 = 2.0 * uniform() - 1.0;
      r2 = x1 * x1 + x2 * x2;
    } while (r2 >= 1.0 || r2 == 0.0);
    const double factor = std::sqrt(-2.0 * std::log(r2) / r2);
    spare_ = factor * x1;
    has_spare_ = true;
    return factor * x2;
  }

 private:
  static constexpr std::uint32_t kWords = 624;

  void refill() {
    for (std::uint32_t k = 0; k < kWords; ++k) {
      const std::uint32_t y = (state_[k] & 0x80000000U) | (state_[(k + 1) % kWords] & 0x7fffffffU);
      state_[k] = state_[(k + 397) % kWords] ^ (y >> 1) ^ ((y & 1U) != 0 ? 0x9908b0dfU : 0U);
    }
    next_ = 0;
  }

  std::uint32_t bits() {
    if (next_ == kWords) refill();
    std::uint32_t y = state_[next_++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680U;
    y ^= (y << 15) & 0xefc60000U;
    return y ^ (y >> 18);
  }

  double uniform() {
    const std::uint32_t high = bits() >> 5;
    const std::uint32_t low = bits() >> 6;
    return (high * 67108864.0 + low) / 9007199254740992.0;  // (high 2^26 + low) / 2^53
  }

  std::array<std::uint32_t, kWords> state_{};
  std::uint32_t next_ = kWords;
  double spare_ = 0;
  bool has_spare_ = false;
};

}  // namespace cohort
