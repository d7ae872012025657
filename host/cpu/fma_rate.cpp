#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

#include "cohort/device.hpp"

#include "host/cpu/simd.hpp"

namespace cohort {
namespace cpu {
namespace {

/// As many as hide an instruction's latency behind the others and fit the registers.
constexpr int kChains = 10;

/// Chains of multiply-adds that wait for nothing but themselves. (Without the pragma g++ makes one
/// chain after the other.)
struct Chains {
  template <int W>
  [[gnu::always_inline]] static void run(float* out, std::int64_t rounds) {
    using F = typename Lanes<W>::F;
    const F factor = F{} + 0.999F;
    const F term = F{} + 0.001F;
    F chain[kChains];
    for (int c = 0; c < kChains; ++c) chain[c] = F{} + static_cast<float>(c);
    for (std::int64_t round = 0; round < rounds; ++round)
#pragma GCC unroll 10
      for (int c = 0; c < kChains; ++c) chain[c] = Lanes<W>::fma(chain[c], factor, term);
    F total = chain[0];
    for (int c = 1; c < kChains; ++c) total += chain[c];
    *out = total[0];
  }
};

int lanes_of(Isa isa) {
  return isa == Isa::avx512 ? 16 : isa == Isa::avx2 ? 8 : 4;
}

double seconds_of(ThreadPool& pool, Isa isa, std::int64_t rounds) {
  std::vector<float> out(static_cast<std::size_t>(pool.threads()));
  const auto start = std::chrono::steady_clock::now();
  pool.run(pool.threads(),
           [&](std::int64_t task, int) { dispatch<Chains>(isa, out.data() + task, rounds); });
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace
}  // namespace cpu

double host_multiply_add_rate(ThreadPool& pool) {
  constexpr double kLongEnough = 0.02;
  constexpr int kRuns = 5;
  const cpu::Isa isa = cpu::best_isa();
  std::int64_t rounds = 1000;
  while (cpu::seconds_of(pool, isa, rounds) < kLongEnough) rounds *= 2;
  std::array<double, kRuns> seconds{};
  for (double& run : seconds) run = cpu::seconds_of(pool, isa, rounds);
  const double each = static_cast<double>(cpu::kChains * cpu::lanes_of(isa)) *
                      static_cast<double>(rounds) * pool.threads();
  return each / *std::min_element(seconds.begin(), seconds.end());
}

}  // namespace cohort
