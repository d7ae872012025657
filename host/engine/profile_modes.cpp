#include "host/engine/profile_modes.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace cohort {

namespace {

struct Answer {
  std::uint32_t rank;  ///< rises with the value; equal for equal values, -0 and 0 among them
  std::uint32_t group;
  std::int64_t weight;
};

constexpr std::uint32_t kSign = 0x80000000U;

std::uint32_t rank_of(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value + 0.0F);
  return (bits & kSign) != 0 ? ~bits : bits | kSign;
}

float value_of(std::uint32_t rank) {
  return std::bit_cast<float>((rank & kSign) != 0 ? rank ^ kSign : ~rank);
}

/// By rising value, by radix. Answers carry all that is needed of them: looking rows up in the
/// order of their values would cost more than sorting.
std::vector<Answer> by_value(std::span<const float> values, std::span<const std::uint32_t> groups,
                             std::span<const std::int64_t> weights) {
  constexpr int kDigitBits = 11;
  constexpr std::uint32_t kDigits = 1U << kDigitBits;
  std::array<std::array<std::size_t, kDigits>, 3> places{};
  std::vector<Answer> answers(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::uint32_t rank = rank_of(values[i]);
    answers[i] = {rank, groups[i], weights[i]};
    for (std::size_t pass = 0; pass < 3; ++pass)
      ++places[pass][(rank >> (kDigitBits * pass)) & (kDigits - 1)];
  }
  std::vector<Answer> sorted(answers.size());
  for (std::size_t pass = 0; pass < 3; ++pass) {
    std::size_t next = 0;
    std::size_t most = 0;
    for (std::size_t& place : places[pass]) {
      most = std::max(most, place);
      next += std::exchange(place, next);
    }
    if (most == answers.size()) continue;
    for (const Answer& answer : answers)
      sorted[places[pass][(answer.rank >> (kDigitBits * pass)) & (kDigits - 1)]++] = answer;
    answers.swap(sorted);
  }
  return answers;
}

}  // namespace

Modes modes_of(std::span<const float> values, std::span<const std::uint32_t> groups,
               std::span<const std::int64_t> weights, std::size_t group_count) {
  const std::vector<Answer> answers = by_value(values, groups, weights);
  Modes modes{std::vector<Mode>(group_count)};
  std::vector<std::int64_t> in_group(group_count);
  for (std::size_t first = 0, next = 0; first < answers.size(); first = next, ++modes.distinct) {
    const float value = value_of(answers[first].rank);
    std::int64_t together = 0;
    for (; next < answers.size() && answers[next].rank == answers[first].rank; ++next) {
      in_group[answers[next].group] += answers[next].weight;
      together += answers[next].weight;
    }
    for (std::size_t i = first; i < next; ++i) {
      const std::uint32_t group = answers[i].group;
      if (group + 1 < group_count) modes.of[group].see(value, in_group[group]);
      in_group[group] = 0;
    }
    modes.of.back().see(value, together);
  }
  return modes;
}

}  // namespace cohort
