#pragma once
/// The first records of a text, kept to be looked at more than once.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cohort {

struct SampleRecord {
  std::vector<std::string> cells;  ///< without blanks around them
  std::size_t begin = 0;           ///< offsets of the record and of what follows it
  std::size_t end = 0;
  std::int64_t line = 1;
  std::int64_t end_line = 1;
};

/// Up to 1000 records of the first mebibyte, as this delimiter cuts them; they end where the text
/// is malformed (which is reported when the whole is read). The first record is there whatever its
/// length. \throws DataError where that one is malformed and `strict`
[[nodiscard]] std::vector<SampleRecord> sample_records(std::string_view text, char delimiter,
                                                       const std::string& source, bool strict);

}  // namespace cohort
