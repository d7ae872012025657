#pragma once
/// Datetimes as text, the other way round.

#include <cstdint>
#include <string>
#include <vector>

namespace cohort {

class DateTimeText {
 public:
  /// \param format  %Y %y %m %d %H %M %S, and %F = %Y-%m-%d, %T = %H:%M:%S, %R = %H:%M, %%
  /// \throws UsageError for any other letter
  explicit DateTimeText(const std::string& format);

  /// No text is longer.
  [[nodiscard]] std::size_t widest() const;
  /// Writes seconds since 1970 as text, for the years 0 to 9999. \return the end of the text
  char* write(char* to, std::int64_t seconds) const;

 private:
  struct Part {
    char letter;  // 0 for a character as it is
    char character;
  };
  std::vector<Part> parts_;
};

}  // namespace cohort
