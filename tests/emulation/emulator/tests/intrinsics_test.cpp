// What lanes exchange, atomic operations and the functions on bits, against plain loops.

#include <cmath>
#include <limits>

#include "support.hpp"

namespace emulator_tests {
namespace {

namespace cg = cooperative_groups;

/// Runs f(lane) in 32 lanes; what each returned.
template <class T, class F>
std::vector<T> lanes(F f, unsigned threads = 32) {
  static F function = f;
  function = f;
  const Array<T> out(threads);
  run(
      {1, threads}, +[](T* results) { results[threadIdx.x] = function(threadIdx.x); }, out.data());
  return out.values();
}

template <class T, class F>
std::vector<T> expected(F f, std::size_t threads = 32) {
  std::vector<T> values(threads);
  for (std::size_t i = 0; i < threads; ++i) values[i] = static_cast<T>(f(static_cast<int>(i)));
  return values;
}

TEST(Shuffles, OfEveryWidth) {
  static int width = 0;
  for (width = 1; width <= 32; width *= 2) {
    SCOPED_TRACE(width);
    const int w = width;
    EXPECT_EQ(
        lanes<int>([](unsigned i) { return __shfl_sync(~0U, static_cast<int>(i), 5, width); }),
        expected<int>([&](int i) { return i / w * w + 5 % w; }));
    EXPECT_EQ(lanes<double>([](unsigned i) { return __shfl_up_sync(~0U, i * 0.5, 3, width); }),
              expected<double>([&](int i) { return (i % w >= 3 ? i - 3 : i) * 0.5; }));
    EXPECT_EQ(lanes<float>([](unsigned i) {
                return __shfl_down_sync(~0U, static_cast<float>(i), 3, width);
              }),
              expected<float>([&](int i) { return i % w + 3 < w ? i + 3 : i; }));
    if (width == 1) continue;
    EXPECT_EQ(lanes<std::int64_t>(
                  [](unsigned i) { return __shfl_xor_sync(~0U, std::int64_t{i} << 33, 1, width); }),
              expected<std::int64_t>([](int i) { return std::int64_t{i ^ 1} << 33; }));
  }
}

TEST(Shuffles, OfAPartialWarp) {
  EXPECT_EQ(lanes<int>([](unsigned i) { return __shfl_xor_sync(~0U, static_cast<int>(i), 1); }, 20),
            expected<int>([](int i) { return i ^ 1; }, 20));
}

TEST(Votes, AndMatches) {
  EXPECT_EQ(lanes<unsigned>([](unsigned i) { return __ballot_sync(~0U, i % 3 == 0); }),
            std::vector<unsigned>(32, 0x49249249));
  EXPECT_EQ(
      lanes<int>([](unsigned i) { return __any_sync(~0U, i == 31) * 2 + __all_sync(~0U, i < 31); }),
      std::vector<int>(32, 2));
  EXPECT_EQ(lanes<unsigned>([](unsigned i) { return __match_any_sync(~0U, (1ULL << 40) + i % 4); }),
            expected<unsigned>([](int i) { return 0x11111111U << i % 4; }));
  EXPECT_EQ(lanes<unsigned>([](unsigned) { return __activemask(); }),
            expected<unsigned>([](int i) { return 1U << i; }));
}

TEST(Reductions, OfWarps) {
  EXPECT_EQ(lanes<unsigned>([](unsigned i) { return __reduce_add_sync(~0U, i + 0xffffffe0U); }),
            std::vector<unsigned>(32, 496U - 32 * 32));
  EXPECT_EQ(lanes<int>([](unsigned i) { return __reduce_add_sync(~0U, -static_cast<int>(i)); }),
            std::vector<int>(32, -496));
  EXPECT_EQ(lanes<int>([](unsigned i) { return __reduce_min_sync(~0U, 7 - static_cast<int>(i)); }),
            std::vector<int>(32, -24));
  EXPECT_EQ(lanes<unsigned>([](unsigned i) { return __reduce_max_sync(~0U, i ^ 5U); }),
            std::vector<unsigned>(32, 31));
  EXPECT_EQ(lanes<unsigned>([](unsigned i) { return __reduce_and_sync(~0U, i | 64U); }),
            std::vector<unsigned>(32, 64));
  EXPECT_EQ(lanes<unsigned>([](unsigned i) { return __reduce_or_sync(~0U, 1U << i); }),
            std::vector<unsigned>(32, ~0U));
  EXPECT_EQ(lanes<unsigned>([](unsigned i) { return __reduce_xor_sync(~0U, i == 3 ? 6U : 1U); }),
            std::vector<unsigned>(32, 7));
  // Each half on its own.
  EXPECT_EQ(lanes<unsigned>(
                [](unsigned i) { return __reduce_add_sync(i < 16 ? 0xffffU : 0xffff0000U, i); }),
            expected<unsigned>([](int i) { return i < 16 ? 120 : 376; }));
}

TEST(Reductions, OfTiles) {
  EXPECT_EQ(lanes<long long>([](unsigned i) {
              return cg::reduce(cg::tiled_partition<8>(cg::this_thread_block()),
                                static_cast<long long>(i), cg::plus<long long>());
            }),
            expected<long long>([](int i) { return i / 8 * 64 + 28; }));
  EXPECT_EQ(lanes<int>([](unsigned i) {
              return cg::reduce(cg::tiled_partition<16>(cg::this_thread_block()),
                                static_cast<int>(i), cg::greater<int>());
            }),
            expected<int>([](int i) { return i / 16 * 16 + 15; }));
  EXPECT_EQ(lanes<unsigned>([](unsigned i) {
              const auto tile = cg::tiled_partition<4>(cg::this_thread_block());
              return tile.ballot(i % 4 == 2) + tile.shfl(i, 1) * 100 +
                     tile.meta_group_rank() * 10000;
            }),
            expected<unsigned>([](int i) { return 4 + (i / 4 * 4 + 1) * 100 + i / 4 * 10000; }));
}

TEST(Atomics, ReturnWhatWasThere) {
  const auto after = [](int before, int (*change)(int*)) {
    const Array<int> cell(std::vector<int>{before}), old(1);
    run(
        {1, 1}, +[](int* p, int* was, int (*f)(int*)) { *was = f(p); }, cell.data(), old.data(),
        change);
    EXPECT_EQ(old.values().front(), before);
    return cell.values().front();
  };
  EXPECT_EQ(after(5, [](int* p) { return atomicAdd(p, -7); }), -2);
  EXPECT_EQ(after(5, [](int* p) { return atomicSub(p, 7); }), -2);
  EXPECT_EQ(after(5, [](int* p) { return atomicMax(p, 7); }), 7);
  EXPECT_EQ(after(5, [](int* p) { return atomicMin(p, 7); }), 5);
  EXPECT_EQ(after(5, [](int* p) { return atomicAnd(p, 6); }), 4);
  EXPECT_EQ(after(5, [](int* p) { return atomicOr(p, 6); }), 7);
  EXPECT_EQ(after(5, [](int* p) { return atomicXor(p, 6); }), 3);
  EXPECT_EQ(after(5, [](int* p) { return atomicExch(p, 6); }), 6);
  EXPECT_EQ(after(5, [](int* p) { return atomicCAS(p, 5, 6); }), 6);
  EXPECT_EQ(after(5, [](int* p) { return atomicCAS(p, 4, 6); }), 5);
  EXPECT_EQ(after(std::numeric_limits<int>::max(), [](int* p) { return atomicAdd(p, 1); }),
            std::numeric_limits<int>::min());
}

TEST(Bits, OfWords) {
  EXPECT_EQ(__popc(0xf0f0U), 8);
  EXPECT_EQ(__popcll(~0ULL), 64);
  EXPECT_EQ(__clz(0), 32);
  EXPECT_EQ(__clz(-1), 0);
  EXPECT_EQ(__clzll(1), 63);
  EXPECT_EQ(__ffs(0), 0);
  EXPECT_EQ(__ffs(8), 4);
  EXPECT_EQ(__ffsll(1LL << 40), 41);
  EXPECT_EQ(__brev(1U), 0x80000000U);
  EXPECT_EQ(__umul64hi(~0ULL, ~0ULL), ~0ULL - 1);
  EXPECT_EQ(__mul64hi(-1, 5), -1);
  EXPECT_EQ(__umulhi(~0U, ~0U), ~0U - 1);
  EXPECT_EQ(__mulhi(-1, 5), -1);
  EXPECT_EQ(__funnelshift_l(0x80000000U, 1U, 1), 3U);
  EXPECT_EQ(__funnelshift_r(2U, 1U, 1), 0x80000001U);
  EXPECT_EQ(__hiloint2double(__double2hiint(-1.25e300), __double2loint(-1.25e300)), -1.25e300);
  EXPECT_EQ(__longlong_as_double(__double_as_longlong(-0.1)), -0.1);
}

TEST(Extremes, PreferNumbersAndKnowTheSignOfZero) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(::min(nan, 1.0F), 1.0F);
  EXPECT_EQ(::max(1.0F, nan), 1.0F);
  EXPECT_TRUE(std::signbit(::min(0.0F, -0.0F)));
  EXPECT_TRUE(std::signbit(::min(-0.0F, 0.0F)));
  EXPECT_FALSE(std::signbit(::max(0.0, -0.0)));
  EXPECT_FALSE(std::signbit(::max(-0.0, 0.0)));
  EXPECT_EQ(::min(3, -4), -4);
}

}  // namespace
}  // namespace emulator_tests
