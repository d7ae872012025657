#pragma once
/// The rows of a file's table, from any of its chunks: what both passes over the text share.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cohort/read.hpp"

#include "host/survey/dialect.hpp"
#include "host/survey/missing.hpp"
#include "host/survey/records.hpp"

namespace cohort {

/// A file's text and all that is decided about it before its types are known.
struct RowContext {
  std::string_view text;
  const std::string& source;
  const ReadOptions& options;
  const Dialect& dialect;
  std::vector<const ColumnHint*> hints;       ///< of each column; nullptr: none
  std::vector<const MissingTokens*> missing;  ///< of each column

  [[nodiscard]] std::size_t width() const { return dialect.names.size(); }
};

/// Records with another number of cells than the table has columns.
struct RaggedRows {
  struct Example {
    std::int64_t line = 0;
    std::int64_t cells = 0;
  };
  static constexpr std::size_t kExamples = 3;

  void add(std::int64_t line, std::size_t cells, std::size_t width);
  void merge(const RaggedRows& later);

  std::int64_t count = 0;
  std::int64_t longer = 0;  ///< of them
  std::vector<Example> examples;
};

/// Steps through the rows of one chunk; what the options say of ragged ones is applied.
class Rows {
 public:
  Rows(const RowContext& context, const Chunk& chunk)
      : context_(context),
        records_(context.text, chunk, context.dialect.delimiter, context.source) {}

  [[nodiscard]] bool next();
  [[nodiscard]] std::int64_t line() const { return records_.line(); }
  [[nodiscard]] std::size_t begin() const { return records_.begin(); }

  /// As many as there are, whatever the table's width.
  [[nodiscard]] std::span<const Field> fields() const { return records_.fields(); }

  /// Calls visit(column, text, lasting) for each cell that is not missing; `lasting` says that the
  /// text is a view of the file, not of something that the next cell overwrites.
  template <class Visit>
  void for_each_present(Visit&& visit) {
    const auto fields = records_.fields();
    const std::size_t width = fields.size() < context_.width() ? fields.size() : context_.width();
    for (std::size_t j = 0; j < width; ++j) {
      const std::string_view text = cell_text(fields[j], scratch_);
      if (!context_.missing[j]->contains(text)) visit(j, text, !fields[j].doubled);
    }
  }

  [[nodiscard]] const RaggedRows& ragged() const { return ragged_; }
  [[nodiscard]] std::int64_t blank_lines() const { return records_.blank_lines(); }

 private:
  const RowContext& context_;
  RecordReader records_;
  RaggedRows ragged_;
  std::string scratch_;
};

}  // namespace cohort
