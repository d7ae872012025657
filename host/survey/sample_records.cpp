#include "host/survey/sample_records.hpp"

#include <algorithm>

#include "cohort/error.hpp"

#include "host/survey/records.hpp"

namespace cohort {

std::vector<SampleRecord> sample_records(std::string_view text, char delimiter,
                                         const std::string& source, bool strict) {
  constexpr std::size_t kBytes = std::size_t{1} << 20;
  constexpr std::size_t kRecords = 1000;
  std::vector<SampleRecord> records;
  // Empty lines above the table, of which there may be any number, are passed at once.
  const std::size_t begin = std::min(text.find_first_not_of("\r\n"), text.size());
  const Chunk chunk{begin, strict ? text.size() : std::min(begin + kBytes, text.size()),
                    count_line_ends(text.substr(0, begin)) + 1};
  RecordReader reader(text, chunk, delimiter, source);
  std::string scratch;
  try {
    while (records.size() < kRecords && reader.end() < begin + kBytes && reader.next()) {
      SampleRecord record{{}, reader.begin(), reader.end(), reader.line(), reader.end_line()};
      for (const Field& field : reader.fields()) {
        record.cells.emplace_back(cell_text(field, scratch));
      }
      records.push_back(std::move(record));
    }
  } catch (const DataError&) {
    if (strict && records.empty()) throw;
  }
  return records;
}

}  // namespace cohort
