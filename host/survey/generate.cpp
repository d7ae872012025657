#include "cohort/generate.hpp"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "cohort/error.hpp"
#include "cohort/ordered_pieces.hpp"

#include "host/survey/npy_header.hpp"
#include "host/survey/survey_matrix.hpp"
#include "host/survey/survey_text.hpp"

namespace cohort {

namespace {

constexpr std::size_t kPieceBytes = std::size_t{256} << 10;
/// Pieces between two reports of progress; so many are in memory.
constexpr std::int64_t kPiecesAtATime = 64;

/// Calls `write(to, row)`, which returns the row's end, for all rows, in pieces of whole rows.
template <class Write>
void generate_rows(std::int64_t rows, std::size_t widest, const Write& write, ThreadPool& pool,
                   const GeneratedPieces& hand_on, const ProgressListener& progress) {
  const auto rows_of_piece =
      static_cast<std::int64_t>(std::max<std::size_t>(1, kPieceBytes / widest));
  std::vector<std::vector<char>> buffers(kPiecesAtATime);
  for (std::int64_t begin = 0; begin < rows;) {
    if (progress) progress({"generate", begin, rows, "rows"});
    const std::int64_t end = std::min(rows, begin + kPiecesAtATime * rows_of_piece);
    const std::int64_t pieces = (end - begin + rows_of_piece - 1) / rows_of_piece;
    OrderedPieces ordered(pieces, hand_on);
    pool.run(pieces, [&](std::int64_t piece, int) {
      std::vector<char>& buffer = buffers[static_cast<std::size_t>(piece)];
      buffer.resize(static_cast<std::size_t>(rows_of_piece) * widest);
      char* to = buffer.data();
      const std::int64_t first = begin + piece * rows_of_piece;
      for (std::int64_t row = first; row < std::min(end, first + rows_of_piece); ++row)
        to = write(to, row);
      ordered.add(piece, {buffer.data(), static_cast<std::size_t>(to - buffer.data())});
    });
    begin = end;
  }
}

void check_segment_column(const Population& population, const std::string& name) {
  for (const PopulationColumn& column : population.columns)
    if (column.name == name)
      throw UsageError(
          fmt::format("the population has a column '{}' already; name the segments' column "
                      "something else",
                      name));
}

}  // namespace

void generate_text(const Population& population, const GenerateOptions& options, char delimiter,
                   ThreadPool& pool, const GeneratedPieces& pieces,
                   const ProgressListener& progress) {
  check_segment_column(population, options.segment_column);
  const SurveyText text(population, options.seed, options.segment_column, delimiter);
  pieces(text.header());
  generate_rows(
      options.rows, text.widest(), [&](char* to, std::int64_t row) { return text.write(to, row); },
      pool, pieces, progress);
}

void generate_npy(const Population& population, const GenerateOptions& options, ThreadPool& pool,
                  const GeneratedPieces& pieces, const ProgressListener& progress) {
  static_assert(std::endian::native == std::endian::little, "the header says '<f4'");
  check_segment_column(population, options.segment_column);
  const SurveyMatrix matrix(population, options.seed, !options.segment_column.empty());
  if (matrix.cols() == 0)
    throw UsageError("the population has only identifiers, which a .npy does not hold");
  pieces(npy_header(options.rows, matrix.cols()));
  generate_rows(
      options.rows, static_cast<std::size_t>(matrix.cols()) * sizeof(float),
      [&](char* to, std::int64_t row) {
        // Rows start at multiples of sizeof(float) in a buffer that the allocator aligned.
        return reinterpret_cast<char*>(matrix.write(reinterpret_cast<float*>(to), row));
      },
      pool, pieces, progress);
}

}  // namespace cohort
