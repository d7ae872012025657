#pragma once
/// Whatever bytes an export holds, as UTF-8.

#include <optional>
#include <string>
#include <string_view>

#include "cohort/notice.hpp"
#include "cohort/parallel.hpp"

namespace cohort {

/// A text in UTF-8 without a byte order mark: a view of the bytes it came from where they are that
/// already.
class DecodedText {
 public:
  explicit DecodedText(std::string_view same) : view_(same) {}
  explicit DecodedText(std::string converted) : converted_(std::move(converted)) {}

  [[nodiscard]] std::string_view text() const { return converted_ ? *converted_ : view_; }

 private:
  std::string_view view_;
  std::optional<std::string> converted_;
};

/// UTF-8 with or without a byte order mark and UTF-16 with one are recognised. Other bytes are
/// taken for Windows-1252, with a notice, where nothing in the file is UTF-8; a mixture is refused.
/// `bytes` must outlive the result.
/// \throws DataError with line and offset for NUL bytes (a binary file) and bytes of no encoding
[[nodiscard]] DecodedText decode(std::string_view bytes, const std::string& source,
                                 ThreadPool& pool, Notices& notices);

}  // namespace cohort
