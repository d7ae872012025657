#include "host/report/respondent.hpp"

#include <fmt/format.h>

#include "cohort/wording.hpp"

#include "host/report/text.hpp"

namespace cohort::report {

std::string respondent_in_words(const FeatureMatrix& features, std::int64_t row, int widest_ids) {
  const std::int64_t input_row = features.input_row(row);
  std::string ids;
  for (const IdColumn& column : features.ids) {
    const std::string& id = column.text[static_cast<std::size_t>(input_row)];
    if (!id.empty()) ids += fmt::format("{}{}", ids.empty() ? "" : ", ", printable(id));
  }
  const std::string place = fmt::format("row {}", thousands(input_row + 1));
  return ids.empty() ? place : fmt::format("{} ({})", place, truncated(ids, widest_ids));
}

}  // namespace cohort::report
