#pragma once
/// Dates and times of day as seconds since 1970-01-01 00:00:00, without locale or time zone.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cohort {

/// A format in strptime's letters, English names:
///  %Y four digits   %y two (69 to 99 are 1900s)   %m %d one or two   %b %B month names, either
///  form %H %I %M %S one or two   %p AM or PM   %f a fraction of a second   %z Z or +hh:mm, not
///  applied %F = %Y-%m-%d   %T = %H:%M:%S   %R = %H:%M   %D = %m/%d/%y   %e = %d   %% a percent
///  sign
/// A blank stands for any number of blanks; "ISO8601" for YYYY-MM-DD[ T]HH:MM[:SS[.f]][zone] and
/// its shorter forms.
class DateTimeFormat {
  /// A text of the format with two digits to each number (four to a year), as nearly all are: what
  /// stands at each place is known.
  struct Layout {
    std::string least;  // at each place this byte or
    std::string span;   // one of so many above it
    int year = -1;      // where the numbers begin; -1: not there
    int month = -1;
    int day = -1;
    int hour = -1;
    int minute = -1;
    int second = -1;
    int year_digits = 4;
  };

 public:
  /// \throws UsageError for a letter that is not listed, and where year, month or day is lacking
  explicit DateTimeFormat(std::string format);

  [[nodiscard]] const std::string& text() const { return format_; }

  /// Nothing where the text does not fit from end to end, or names no day of the calendar.
  [[nodiscard]] std::optional<double> parse(std::string_view text) const;

 private:
  static std::optional<Layout> layout_of(std::string_view expanded);
  static bool fits(const Layout& layout, std::string_view text);
  static std::optional<double> seconds_of(const Layout& layout, std::string_view text);

  std::string format_;
  std::string expanded_;  // without %F, %T, %R, %D, %e
  bool iso_ = false;
  std::vector<Layout> layouts_;
};

/// A format tried where none is given.
struct DateTimeCandidate {
  DateTimeFormat format;
  int twin = -1;  ///< the candidate that differs only in the order of day and month
};

/// At most 64. ISO first, then the orders of day, month and year that surveys are exported in.
[[nodiscard]] const std::vector<DateTimeCandidate>& datetime_candidates();

}  // namespace cohort
