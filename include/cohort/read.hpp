#pragma once
/// Reading a delimited file (RFC 4180 and what people really export) into a Table.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cohort/matrix.hpp"
#include "cohort/parallel.hpp"
#include "cohort/progress.hpp"
#include "cohort/table.hpp"

namespace cohort {

enum class Ragged {
  error,  ///< refuse the file, naming lines
  fill,   ///< short rows get missing cells, long rows lose their surplus; reported
  skip    ///< such rows are left out; reported
};

/// What the caller knows of a column before its type is sniffed.
struct ColumnHint {
  std::string name;
  std::optional<ColumnType>
      type;            ///< given: a cell that does not fit is an error with its line and column
  std::string format;  ///< makes it a datetime: "%d/%m/%Y %H:%M:%S" (strptime's letters), "ISO8601"
  std::vector<std::string> missing;  ///< further missing tokens of this column
  std::string where = {};            ///< "recipe.toml:12:1", for messages; may be empty
};

struct ReadOptions {
  std::optional<char> delimiter;  ///< sniffed among , tab ; | when not given
  std::optional<bool> header;     ///< sniffed when not given
  std::optional<char>
      decimal;  ///< '.' or ','; sniffed (a comma only where it is not the delimiter)
  std::vector<std::string> missing;  ///< tokens besides the default ones
  bool default_missing = true;  ///< pandas' list: NA, N/A, n/a, NaN, nan, NULL, null, <NA>, #N/A,
                                ///< ...; an empty cell is missing in any case
  Ragged ragged = Ragged::error;
  std::vector<ColumnHint>
      columns;  ///< a name the file does not have is a UsageError, with the nearest name
  std::function<bool(std::string_view column)>
      wanted;  ///< empty: all are. Of other columns only the missing cells are counted, in a file
               ///< of more than all_up_to_rows rows
  std::int64_t all_up_to_rows = 0;
  bool count_distinct = true;  ///< false: Column::distinct of numbers, booleans and datetimes is 2
                               ///< wherever there are more, which takes no time and no memory
  ProgressListener progress;
};

/// The missing tokens of pandas 1.5, the default.
[[nodiscard]] const std::vector<std::string>& default_missing_tokens();

/// Reads `path` ("-" is standard input; pipes are read to their end; gzip and zstd data, known by
/// their first bytes, are unpacked in memory). Delimiter, header and decimal
/// sign are sniffed from the first mebibyte, types from all of it: boolean (one pair of true/false,
/// yes/no, t/f, y/n, 1/0), number, datetime, else category where the distinct texts are at most
/// max(32, sqrt(n)) and n/2 of the n present, else text. What was decided or looks suspicious is
/// in the table's notices. The result is the same for any number of threads.
/// \throws UsageError for a hint about a column that is not there and an impossible format
/// \throws MemoryError before a table is taken that does not fit
/// \throws DataError "file:line:column: what; what to do" for anything in the file that cannot be
/// read without a guess
[[nodiscard]] Table read_table(const std::string& path, const ReadOptions& options,
                               ThreadPool& pool);

/// The same from memory; `source` names it in messages.
[[nodiscard]] Table parse_table(std::string_view bytes, const std::string& source,
                                const ReadOptions& options, ThreadPool& pool);

/// True where the file begins with NumPy's magic bytes.
[[nodiscard]] bool is_npy(const std::string& path);

/// Reads a two-dimensional .npy (versions 1 to 3; f4, f8, integers, booleans; C or Fortran order)
/// as float32. \throws DataError for anything else, and for values that are not finite or do not
/// fit float32
[[nodiscard]] Matrix<float> read_npy(const std::string& path);
[[nodiscard]] Matrix<float> read_npy(const std::string& path, ThreadPool& pool);

/// The same without a copy where the file holds little-endian f4 in C order: the matrix is then
/// read where the file is mapped, and takes no memory that the kernel could not have back.
class NpyMatrix {
 public:
  NpyMatrix(const std::string& path, ThreadPool& pool);
  ~NpyMatrix();
  NpyMatrix(const NpyMatrix&) = delete;
  NpyMatrix& operator=(const NpyMatrix&) = delete;

  /// Lives as long as this.
  [[nodiscard]] MatrixView<const float> view() const;
  [[nodiscard]] bool is_mapped() const;
  /// A matrix of its own: a copy where the file is mapped. \throws MemoryError for a large one
  [[nodiscard]] Matrix<float> take(ThreadPool& pool) &&;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Writes version 1, '<f4', C order; whole or not at all.
void write_npy(const std::string& path, MatrixView<const float> matrix);

}  // namespace cohort
