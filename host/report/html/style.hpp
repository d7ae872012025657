#pragma once

#include <string_view>

namespace cohort::report {

/// style.css, as the page holds it between its style tags.
[[nodiscard]] std::string_view style_sheet();

/// Its SHA-256 in hexadecimal digits.
[[nodiscard]] std::string_view style_sheet_sha256();

}  // namespace cohort::report
