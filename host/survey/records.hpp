#pragma once
/// Delimited text as records and fields: RFC 4180, with LF, CRLF or CR at the ends of lines.
///
/// A quote opens a quoted field only where the field begins; elsewhere it is a character like any
/// other. A text is cut into chunks at line starts. Whether a line start lies inside quotes is
/// known after one fast pass that looks at quotes alone, so chunks can be read in any order.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cohort/parallel.hpp"

namespace cohort {

/// A cell as it stands in the file.
struct Field {
  std::string_view text;  ///< without the quotes around it
  bool quoted = false;
  bool doubled = false;  ///< holds "" where " is meant
};

[[nodiscard]] inline bool is_blank(char byte) {
  return byte == ' ' || byte == '\t';
}

/// The cell's text without blanks around it, doubled quotes undone (in `scratch`, when there are
/// any).
[[nodiscard]] std::string_view cell_text(const Field& field, std::string& scratch);

/// A stretch of the text from one line start to another.
struct Chunk {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::int64_t line = 1;     ///< the number of the line at begin
  bool in_quotes = false;    ///< begin lies inside a quoted field
  std::int64_t lines = 0;    ///< that end in it
  std::int64_t records = 0;  ///< no more than this begin in it, empty lines apart
};

/// Reads the records that begin in a chunk; the last may end behind it.
class RecordReader {
 public:
  static constexpr std::size_t kLongestCell = std::size_t{1} << 20;
  static constexpr std::size_t kMostFields = 100'000;

  RecordReader(std::string_view text, const Chunk& chunk, char delimiter,
               const std::string& source);

  /// Steps to the next record that is not a blank line; false when the chunk has no more.
  /// \throws DataError for an unterminated quote, text behind a closing quote, a cell over 1 MiB
  /// and a line of more than 100,000 cells
  [[nodiscard]] bool next();

  [[nodiscard]] std::span<const Field> fields() const { return fields_; }
  [[nodiscard]] std::int64_t line() const { return line_; }   ///< on which the record begins
  [[nodiscard]] std::size_t begin() const { return begin_; }  ///< offset of the record
  [[nodiscard]] std::size_t end() const { return at_; }       ///< offset behind it
  [[nodiscard]] std::int64_t end_line() const { return next_line_; }
  [[nodiscard]] std::int64_t blank_lines() const { return blank_lines_; }  ///< passed so far

 private:
  void read_record();
  void finish_record();
  [[nodiscard]] std::size_t next_stop(std::size_t at);
  void read_field();
  void read_quoted_field();
  void check_length(std::size_t length, std::int64_t line) const;
  [[noreturn]] void fail(std::int64_t line, const std::string& what) const;

  std::string_view text_;
  std::size_t chunk_end_;
  char delimiter_;
  const std::string& source_;
  std::vector<Field> fields_;
  std::size_t block_;        // offset of the bytes that stops_ tells of
  std::uint64_t stops_ = 0;  // which of them end a field
  std::size_t at_;
  std::size_t begin_;
  std::int64_t line_;
  std::int64_t next_line_;
  std::int64_t blank_lines_ = 0;
};

/// Cuts text[begin, end of text) into chunks of at least chunk_bytes that begin at line starts.
/// \param line  number of the line at `begin`, which must be the start of a record
[[nodiscard]] std::vector<Chunk> cut_into_chunks(std::string_view text, std::size_t begin,
                                                 std::int64_t line, char delimiter,
                                                 std::size_t chunk_bytes, ThreadPool& pool);

/// No fewer than there are rows.
[[nodiscard]] std::int64_t records_in(std::span<const Chunk> chunks);

/// How many lines end in the text.
[[nodiscard]] std::int64_t count_line_ends(std::string_view text);

}  // namespace cohort
