#pragma once
/// 64 bytes of a text at a time, compared at once: masks with a bit for each byte, the lowest for
/// the first. SSE2, which every x86-64 processor has, finds them at a tenth of a cycle a byte.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <emmintrin.h>

namespace cohort {

/// std::popcount is a call where processors without the instruction are served.
[[nodiscard]] constexpr std::int64_t bits_in(std::uint64_t mask) {
  mask -= mask >> 1 & 0x5555555555555555U;
  mask = (mask & 0x3333333333333333U) + (mask >> 2 & 0x3333333333333333U);
  mask = (mask + (mask >> 4)) & 0x0F0F0F0F0F0F0F0FU;
  return static_cast<std::int64_t>(mask * 0x0101010101010101U >> 56);
}

class ByteBlock {
 public:
  static constexpr std::size_t kBytes = 64;

  /// The bytes from `at` on, which must lie in the text; zeros stand for those behind its end.
  ByteBlock(std::string_view text, std::size_t at) {
    if (text.size() - at >= kBytes) {
      load(text.data() + at);
      return;
    }
    std::array<char, kBytes> padded{};
    std::memcpy(padded.data(), text.data() + at, text.size() - at);
    load(padded.data());
  }

  [[nodiscard]] std::uint64_t equal_to(char byte) const {
    const __m128i wanted = _mm_set1_epi8(byte);
    return gathered([&](__m128i part) { return _mm_cmpeq_epi8(part, wanted); });
  }

  [[nodiscard]] std::uint64_t any_of(char a, char b, char c) const {
    const __m128i first = _mm_set1_epi8(a);
    const __m128i second = _mm_set1_epi8(b);
    const __m128i third = _mm_set1_epi8(c);
    return gathered([&](__m128i part) {
      return _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(part, first), _mm_cmpeq_epi8(part, second)),
                          _mm_cmpeq_epi8(part, third));
    });
  }

  /// Those above 0x7F.
  [[nodiscard]] std::uint64_t beyond_ascii() const {
    return gathered([](__m128i part) { return part; });
  }

 private:
  void load(const char* from) {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      parts_[i].bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + 16 * i));
    }
  }

  template <class Compare>
  [[nodiscard]] std::uint64_t gathered(Compare&& compare) const {
    std::uint64_t mask = 0;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const auto bits = static_cast<std::uint32_t>(_mm_movemask_epi8(compare(parts_[i].bytes)));
      mask |= std::uint64_t{bits} << (16 * i);
    }
    return mask;
  }

  struct Part {
    __m128i
        bytes;  // in a struct, for g++ ignores a vector type's attributes in a template argument
  };
  std::array<Part, 4> parts_;
};

}  // namespace cohort
