#include "host/survey/answer_source.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "cohort/arithmetic.hpp"
#include "cohort/error.hpp"

namespace cohort {

namespace {

constexpr std::uint64_t kSegmentStream = 0x7365676d;          // "segm"
constexpr std::uint64_t kRepeatStream = 0x72657065;           // "repe"
constexpr std::uint64_t kColumnStreams = 0x616e737700000000;  // "answ" and the column
constexpr double kAll = 0x1p32;                               // a share of 1

/// No normal score lies further out, correlated or not.
constexpr double kFarthest = 8;
constexpr int kScoresPerUnit = 64;

/// Whole numbers up to here are exact in a double.
constexpr double kMostSteps = 0x1p51;

std::uint64_t below(double share) {
  return static_cast<std::uint64_t>(std::llround(share * kAll));
}

void set_range(const PopulationColumn& given, std::int64_t& least, std::int64_t& greatest,
               double steps_per_unit) {
  double from = given.least.value_or(-HUGE_VAL);
  double to = given.greatest.value_or(HUGE_VAL);
  if (!given.least || !given.greatest) {
    double lowest = HUGE_VAL;
    double highest = -HUGE_VAL;
    for (const AnswerDistribution& in : given.in_segment) {
      const double reach = kFarthest * in.spread;
      const bool is_log = given.answers == Answers::log_normal;
      lowest = std::min(lowest, is_log ? 0 : in.center - reach);
      highest = std::max(highest, is_log ? in.center * std::exp(reach) : in.center + reach);
    }
    if (!given.least) from = std::min(lowest, to);
    if (!given.greatest) to = std::max(highest, from);
  }
  from = std::ceil(from * steps_per_unit);
  to = std::floor(to * steps_per_unit);
  if (!(from >= -kMostSteps && to <= kMostSteps))
    throw UsageError(
        fmt::format("column '{}': its numbers may be too large for {} decimals; give "
                    "it least and greatest",
                    given.name, given.decimals));
  if (from > to)
    throw UsageError(fmt::format("column '{}': no number of {} decimals lies between {} and {}",
                                 given.name, given.decimals, *given.least, *given.greatest));
  least = static_cast<std::int64_t>(from);
  greatest = static_cast<std::int64_t>(to);
}

}  // namespace

AnswerSource::Bounds AnswerSource::bounds_of(const std::vector<double>& shares) {
  double total = 0;
  for (const double share : shares) total += share;
  Bounds bounds;
  double reached = 0;
  for (const double share : shares) {
    reached += share;
    bounds.push_back(below(reached / total));
  }
  return bounds;
}

std::int64_t AnswerSource::drawn(const Bounds& bounds, std::uint32_t bits) {
  return std::upper_bound(bounds.begin(), bounds.end(), std::uint64_t{bits}) - bounds.begin();
}

AnswerSource::Distribution AnswerSource::distribution_of(const PopulationColumn& column,
                                                         const AnswerDistribution& given) {
  Distribution distribution;
  distribution.missing_below = below(given.missing);
  distribution.center = given.center;
  distribution.spread = given.spread;
  if (column.answers == Answers::category) {
    distribution.shares = bounds_of(given.shares);
    const std::int64_t lowest = drawn(distribution.shares, 0);
    const bool alone = lowest == drawn(distribution.shares, ~std::uint32_t{0});
    if (alone && distribution.missing_below == 0) distribution.certain = lowest;
  }
  if (column.answers == Answers::log_normal) {
    const auto most = static_cast<double>(kFarthest);
    for (int i = 0; i <= static_cast<int>(2 * most) * kScoresPerUnit; ++i) {
      const double score = static_cast<double>(i) / kScoresPerUnit - most;
      distribution.of_score.push_back(
          static_cast<float>(std::min(given.center * std::exp(given.spread * score), kMostSteps)));
    }
  }
  if (column.answers == Answers::datetime) {
    const auto length = static_cast<double>(column.to - column.from);
    const double half = given.half_life_hours * 3600;
    distribution.times.emplace_back([&](double p) {
      if (half == 0) return p * length;
      return std::min(-half * std::log2(1 - p * (1 - std::exp2(-length / half))), length);
    });
  }
  return distribution;
}

AnswerSource::Column AnswerSource::column_of(const PopulationColumn& given) {
  Column column;
  column.answers = given.answers;
  column.redrawn_below = below(given.redrawn);
  column.from = given.from;
  if (given.correlation) {
    column.correlated_with = given.correlation->with;
    column.r = given.correlation->r;
    column.own = std::sqrt(1 - column.r * column.r);
  }
  if (given.answers == Answers::ordinal)
    column.greatest = static_cast<std::int64_t>(given.values.size()) - 1;
  if (given.answers == Answers::normal || given.answers == Answers::log_normal) {
    column.steps_per_unit = std::pow(10, given.decimals);
    set_range(given, column.least, column.greatest, column.steps_per_unit);
  }
  for (const AnswerDistribution& in : given.in_segment)
    column.in_segment.push_back(distribution_of(given, in));
  return column;
}

AnswerSource::AnswerSource(const Population& population, std::uint64_t seed)
    : seed_(seed),
      repeated_below_(below(2 * population.repeat_share)),
      repeat_after_(population.repeat_after),
      normal_(normal_quantile) {
  std::vector<double> shares;
  for (const Population::Segment& segment : population.segments) shares.push_back(segment.share);
  segments_ = bounds_of(shares);
  for (const PopulationColumn& column : population.columns) columns_.push_back(column_of(column));
}

AnswerSource::Respondent AnswerSource::respondent(std::int64_t row) const {
  Respondent respondent{row, row, 0};
  // Of every 2 x repeat_after rows the second half may be the first half's people again.
  if (row / repeat_after_ % 2 == 1 &&
      philox(seed_, kRepeatStream, static_cast<std::uint64_t>(row)).word[0] < repeated_below_)
    respondent.person -= repeat_after_;
  const RandomBits bits =
      philox(seed_, kSegmentStream, static_cast<std::uint64_t>(respondent.person));
  respondent.segment = static_cast<std::size_t>(drawn(segments_, bits.word[0]));
  return respondent;
}

RandomBits AnswerSource::bits(const Respondent& respondent, std::size_t column) const {
  const std::uint64_t stream = kColumnStreams + column;
  if (respondent.person != respondent.row && columns_[column].redrawn_below > 0) {
    const RandomBits anew = philox(seed_, stream, static_cast<std::uint64_t>(respondent.row));
    if (anew.word[2] < columns_[column].redrawn_below) return anew;
  }
  return philox(seed_, stream, static_cast<std::uint64_t>(respondent.person));
}

double AnswerSource::score(const Respondent& respondent, std::size_t column,
                           std::uint32_t own) const {
  const Column& of = columns_[column];
  if (of.r == 0) return normal_.at(own);
  const std::size_t with = of.correlated_with;
  return of.r * normal_.at(bits(respondent, with).word[0]) + of.own * normal_.at(own);
}

double AnswerSource::log_normal(const Distribution& distribution, double score) {
  const double place = (score + kFarthest) * kScoresPerUnit;
  const auto knot = static_cast<std::size_t>(place);
  const auto low = static_cast<double>(distribution.of_score[knot]);
  const auto high = static_cast<double>(distribution.of_score[knot + 1]);
  return low + (place - static_cast<double>(knot)) * (high - low);
}

AnswerSource::Answer AnswerSource::answer(const Respondent& respondent, std::size_t column) const {
  const Column& of = columns_[column];
  if (of.answers == Answers::identifier) return {respondent.person + 1, false};
  const Distribution& in = of.in_segment[respondent.segment];
  if (in.certain) return {*in.certain, false};
  const RandomBits own = bits(respondent, column);
  Answer answer{0, own.word[1] < in.missing_below};
  const auto steps = [&](double value) {
    const auto nearest =
        static_cast<std::int64_t>(std::llrint(std::clamp(value, -kMostSteps, kMostSteps)));
    answer.value = std::clamp(nearest, of.least, of.greatest);
  };
  switch (of.answers) {
    case Answers::category:
      answer.value = drawn(in.shares, own.word[0]);
      break;
    case Answers::ordinal:
      steps(in.center + in.spread * score(respondent, column, own.word[0]) - 1);
      break;
    case Answers::normal:
      steps((in.center + in.spread * score(respondent, column, own.word[0])) * of.steps_per_unit);
      break;
    case Answers::log_normal:
      steps(log_normal(in, score(respondent, column, own.word[0])) * of.steps_per_unit);
      break;
    case Answers::datetime:
      answer.value = of.from + static_cast<std::int64_t>(in.times.front().at(own.word[0]));
      break;
    case Answers::identifier:
      break;
  }
  return answer;
}

}  // namespace cohort
