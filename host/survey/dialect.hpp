#pragma once
/// How a file separates cells, writes decimals and where its table begins, from its first
/// mebibyte.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cohort/read.hpp"

namespace cohort {

struct Dialect {
  char delimiter = ',';
  char decimal = '.';
  bool has_header = true;
  std::vector<std::string> names;  ///< of the columns, unique; from the header where there is one
  std::size_t data_begin = 0;      ///< offset of the first row, and its line
  std::int64_t data_line = 1;
};

/// What the options leave open is sniffed; decisions a person might want to overrule go to the
/// notices.
/// \throws DataError where the text has no record
[[nodiscard]] Dialect sniff_dialect(std::string_view text, const std::string& source,
                                    const ReadOptions& options, Notices& notices);

}  // namespace cohort
