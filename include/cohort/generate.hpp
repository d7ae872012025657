#pragma once
/// Synthetic surveys with known segments. A population says what segments there are and how their
/// members answer; every answer is a counter-based draw, so a survey is the same for any number of
/// threads, and its first rows are the same however many follow.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cohort/parallel.hpp"
#include "cohort/progress.hpp"

namespace cohort {

enum class Answers {
  category,    ///< one of `values`, by their shares
  ordinal,     ///< one of `values` from lowest to highest: a normal variable around the level
               ///< numbered `center` (from 1), rounded to the nearest level
  normal,      ///< a number, mean `center`, standard deviation `spread`
  log_normal,  ///< a number, median `center`, whose logarithm has standard deviation `spread`
  datetime,    ///< a time between `from` and `to`: anywhere, or half of the rest every half-life
  identifier   ///< a text with the respondent's number
};

/// How the members of one segment answer a column.
struct AnswerDistribution {
  std::vector<double> shares;  ///< one for each value, in any unit
  double center = 0;
  double spread = 1;
  double half_life_hours = 0;  ///< 0 = all times alike
  double missing = 0;          ///< share of missing answers, from 0 to 1
};

/// The normal variable behind an answer correlates with that behind another, earlier column.
struct AnswerCorrelation {
  std::size_t with = 0;
  double r = 0;
};

struct PopulationColumn {
  std::string name;
  Answers answers = Answers::category;
  std::vector<std::string> values;        ///< of a category or an ordinal
  int decimals = 0;                       ///< of a number
  std::optional<double> least, greatest;  ///< numbers beyond these become these
  std::int64_t from = 0, to = 0;          ///< seconds since 1970 of the first and the last datetime
  std::string format;                     ///< of a datetime, in strftime's letters
  std::string prefix, suffix;             ///< around the number of an identifier
  std::string missing_text;               ///< what stands for a missing answer
  double redrawn = 0;                     ///< share of repeated respondents who answer this anew
  std::optional<AnswerCorrelation> correlation;
  std::vector<AnswerDistribution> in_segment;  ///< one for each segment
};

struct Population {
  struct Segment {
    std::string name;
    double share = 0;  ///< in any unit
  };
  std::vector<Segment> segments;
  std::vector<PopulationColumn> columns;
  /// Rows in which an earlier respondent answers again: each at most once, `repeat_after` rows
  /// later.
  double repeat_share = 0;  ///< of all rows, at most 0.5
  std::int64_t repeat_after = 1;
};

/// Parses TOML; host/survey/sample/population.toml shows every key.
/// \throws UsageError "file:line:column: what; did you mean ...?"
[[nodiscard]] Population parse_population(std::string_view toml, const std::string& source);
/// \throws UsageError also where the file cannot be read
[[nodiscard]] Population read_population(const std::string& path);

/// The population of the sample survey, as TOML: segments as its published analysis found them.
[[nodiscard]] std::string_view sample_population();

struct GenerateOptions {
  std::int64_t rows = 0;
  std::uint64_t seed = 0;
  std::string segment_column;  ///< a last column of this name holds the true segment; empty = none
};

/// Takes what is generated piece by piece, from several threads but one at a time and in order.
using GeneratedPieces = std::function<void(std::string_view piece)>;

/// A header line and a line for each row, quoted as RFC 4180 does, with plain line feeds.
/// \param delimiter  one ASCII character, no quote and no line feed
/// \throws UsageError when segment_column is a column of the population; whatever `pieces` throws
void generate_text(const Population& population, const GenerateOptions& options, char delimiter,
                   ThreadPool& pool, const GeneratedPieces& pieces,
                   const ProgressListener& progress);

/// The bytes of a .npy file: rows x columns, float32, row-major, without the identifiers. Values
/// that are all numbers are themselves, two words such as no and yes 0 and 1, others numbered from
/// 1 in their order, datetimes hours since `from`, segments numbered from 0. No answer is missing.
/// \throws as generate_text; UsageError when no column is left
void generate_npy(const Population& population, const GenerateOptions& options, ThreadPool& pool,
                  const GeneratedPieces& pieces, const ProgressListener& progress);

}  // namespace cohort
