#include "host/survey/datetime.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "cohort/error.hpp"

namespace cohort {

namespace {

struct Clock {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  double fraction = 0;
  std::optional<bool> afternoon;  // of a twelve-hour clock

  [[nodiscard]] std::optional<double> seconds() const {
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    int hours = hour;
    if (afternoon) {
      if (hour < 1 || hour > 12) return std::nullopt;
      hours = hour % 12 + (*afternoon ? 12 : 0);
    }
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    return static_cast<double>(days * 86400 + hours * 3600 + minute * 60 + second) + fraction;
  }
};

int full_year(int two_digits) {
  return two_digits + (two_digits < 69 ? 2000 : 1900);
}

// Takes a text from front to back; each step says whether what it wanted was there.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return text_.empty(); }
  [[nodiscard]] bool next_is(char byte) const { return !text_.empty() && text_.front() == byte; }

  bool take(char byte) {
    if (!next_is(byte)) return false;
    text_.remove_prefix(1);
    return true;
  }

  void take_blanks() {
    while (take(' ') || take('\t')) {
    }
  }

  bool number(int& value, int least_digits, int most_digits) {
    int digits = 0;
    value = 0;
    for (; digits < most_digits && !text_.empty() && is_digit(text_.front()); ++digits) {
      value = 10 * value + (text_.front() - '0');
      text_.remove_prefix(1);
    }
    return digits >= least_digits;
  }

  bool fraction(double& value) {
    double digits = 0;
    double scale = 1;
    int count = 0;
    for (; !text_.empty() && is_digit(text_.front()); ++count) {
      if (count < 15) {
        digits = 10 * digits + (text_.front() - '0');
        scale *= 10;
      }
      text_.remove_prefix(1);
    }
    value = digits / scale;
    return count > 0;
  }

  bool word(std::string_view lower) {
    if (text_.size() < lower.size()) return false;
    for (std::size_t i = 0; i < lower.size(); ++i) {
      const char letter = text_[i];
      if ((letter >= 'A' && letter <= 'Z' ? letter + 32 : letter) != lower[i]) return false;
    }
    text_.remove_prefix(lower.size());
    return true;
  }

  bool month_name(int& month) {
    static constexpr std::array<std::string_view, 12> names = {
        "january", "february", "march",     "april",   "may",      "june",
        "july",    "august",   "september", "october", "november", "december"};
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (word(names[i]) || word(names[i].substr(0, 3))) {
        month = static_cast<int>(i) + 1;
        return true;
      }
    }
    return false;
  }

  bool half_day(std::optional<bool>& afternoon) {
    const bool pm = word("pm") || word("p.m.");
    if (!pm && !word("am") && !word("a.m.")) return false;
    afternoon = pm;
    return true;
  }

  bool zone() {
    if (take('Z') || take('z')) return true;
    const bool named = word("gmt") || word("utc");
    if (!take('+') && !take('-')) return named;
    int ignored = 0;
    if (!number(ignored, named ? 1 : 2, 2)) return false;
    const bool minutes = take(':') || !at_end();
    return !minutes || number(ignored, 2, 2);
  }

 private:
  static bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }
  std::string_view text_;
};

std::optional<double> parse_iso(std::string_view text) {
  Scanner scan(text);
  Clock clock;
  const bool date = scan.number(clock.year, 4, 4) && scan.take('-') &&
                    scan.number(clock.month, 2, 2) && scan.take('-') &&
                    scan.number(clock.day, 2, 2);
  if (!date) return std::nullopt;
  if (scan.at_end()) return clock.seconds();
  if (!scan.take('T') && !scan.take('t') && !scan.take(' ')) return std::nullopt;
  const bool time =
      scan.number(clock.hour, 2, 2) && scan.take(':') && scan.number(clock.minute, 2, 2);
  if (!time) return std::nullopt;
  if (scan.take(':')) {
    if (!scan.number(clock.second, 2, 2)) return std::nullopt;
    if ((scan.take('.') || scan.take(',')) && !scan.fraction(clock.fraction)) return std::nullopt;
  }
  scan.take_blanks();
  if (!scan.at_end() && !(scan.zone() && scan.at_end())) return std::nullopt;
  return clock.seconds();
}

bool take_directive(Scanner& scan, char letter, Clock& clock) {
  switch (letter) {
    case 'Y':
      return scan.number(clock.year, 4, 4);
    case 'y':
      if (!scan.number(clock.year, 2, 2)) return false;
      clock.year = full_year(clock.year);
      return true;
    case 'm':
      return scan.number(clock.month, 1, 2);
    case 'd':
      return scan.number(clock.day, 1, 2);
    case 'b':
    case 'B':
      return scan.month_name(clock.month);
    case 'H':
    case 'I':
      return scan.number(clock.hour, 1, 2);
    case 'M':
      return scan.number(clock.minute, 1, 2);
    case 'S':
      return scan.number(clock.second, 1, 2);
    case 'f':
      return scan.fraction(clock.fraction);
    case 'p':
      return scan.half_day(clock.afternoon);
    case 'z':
      return scan.zone();
    default:
      return scan.take(letter);  // only '%' is left
  }
}

std::string expand(const std::string& format) {
  static constexpr std::array<std::pair<char, std::string_view>, 5> shorthands = {
      {{'F', "%Y-%m-%d"}, {'T', "%H:%M:%S"}, {'R', "%H:%M"}, {'D', "%m/%d/%y"}, {'e', "%d"}}};
  static constexpr std::string_view known = "YymdbBHIMSfpz%";
  std::string expanded;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      expanded += format[i];
      continue;
    }
    const char letter = ++i < format.size() ? format[i] : '\0';
    bool done = false;
    for (const auto& [shorthand, meaning] : shorthands) {
      if (letter != shorthand) continue;
      expanded += meaning;
      done = true;
    }
    if (done) continue;
    if (letter == '\0' || known.find(letter) == std::string_view::npos) {
      throw UsageError(
          fmt::format("datetime format \"{}\": '%{}' is not known; use %Y %y %m %d %b "
                      "%B %H %I %M %S %p %f %z %F %T %R %D %e %% or \"ISO8601\"",
                      format, letter == '\0' ? "" : std::string(1, letter)));
    }
    expanded += '%';
    expanded += letter;
  }
  return expanded;
}

bool has_directive(const std::string& expanded, std::string_view letters) {
  for (std::size_t i = 0; i + 1 < expanded.size(); ++i) {
    if (expanded[i] != '%') continue;
    if (letters.find(expanded[++i]) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

DateTimeFormat::DateTimeFormat(std::string format)
    : format_(std::move(format)), iso_(format_ == "ISO8601") {
  const auto add_layout = [&](std::string_view expanded) {
    if (const auto layout = layout_of(expanded)) layouts_.push_back(*layout);
  };
  if (iso_) {
    for (const char* usual : {"%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"}) {
      add_layout(usual);
    }
    return;
  }
  expanded_ = expand(format_);
  if (!has_directive(expanded_, "Yy") || !has_directive(expanded_, "mbB") ||
      !has_directive(expanded_, "d")) {
    throw UsageError(
        fmt::format("datetime format \"{}\" lacks the year, the month or the day; a full one is "
                    "\"%d/%m/%Y %H:%M:%S\"",
                    format_));
  }
  if (has_directive(expanded_, "I") != has_directive(expanded_, "p")) {
    throw UsageError(fmt::format(
        "datetime format \"{}\": %I and %p belong together, as in \"%I:%M %p\"", format_));
  }
  add_layout(expanded_);
}

// Nothing for a format with names, fractions, zones or a number that stands twice.
auto DateTimeFormat::layout_of(std::string_view expanded) -> std::optional<Layout> {
  Layout layout;
  const auto add_digits = [&](int& at, int digits) {
    const bool first = at < 0;
    at = static_cast<int>(layout.least.size());
    layout.least.append(static_cast<std::size_t>(digits), '0');
    layout.span.append(static_cast<std::size_t>(digits), '\x09');
    return first;
  };
  const auto add = [&](char letter) {
    switch (letter) {
      case 'Y':
      case 'y':
        layout.year_digits = letter == 'Y' ? 4 : 2;
        return add_digits(layout.year, layout.year_digits);
      case 'm':
        return add_digits(layout.month, 2);
      case 'd':
        return add_digits(layout.day, 2);
      case 'H':
        return add_digits(layout.hour, 2);
      case 'M':
        return add_digits(layout.minute, 2);
      case 'S':
        return add_digits(layout.second, 2);
      default:
        return false;
    }
  };
  for (std::size_t i = 0; i < expanded.size(); ++i) {
    if (expanded[i] == '%') {
      if (!add(expanded[++i])) return std::nullopt;
    } else {
      layout.least += expanded[i];
      layout.span += '\0';
    }
  }
  return layout;
}

bool DateTimeFormat::fits(const Layout& layout, std::string_view text) {
  if (text.size() != layout.least.size()) return false;
  unsigned outside = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto above = static_cast<unsigned char>(text[i] - layout.least[i]);
    outside |= above > static_cast<unsigned char>(layout.span[i]) ? 1U : 0U;
  }
  return outside == 0;
}

std::optional<double> DateTimeFormat::seconds_of(const Layout& layout, std::string_view text) {
  const auto two_digits = [&](int at) {
    if (at < 0) return 0;
    const auto i = static_cast<std::size_t>(at);
    return 10 * (text[i] - '0') + (text[i + 1] - '0');
  };
  Clock clock;
  clock.year = layout.year_digits == 4 ? 100 * two_digits(layout.year) + two_digits(layout.year + 2)
                                       : full_year(two_digits(layout.year));
  clock.month = two_digits(layout.month);
  clock.day = two_digits(layout.day);
  clock.hour = two_digits(layout.hour);
  clock.minute = two_digits(layout.minute);
  clock.second = two_digits(layout.second);
  return clock.seconds();
}

std::optional<double> DateTimeFormat::parse(std::string_view text) const {
  for (const Layout& layout : layouts_) {
    if (fits(layout, text)) return seconds_of(layout, text);
  }
  if (iso_) return parse_iso(text);
  Scanner scan(text);
  Clock clock;
  for (std::size_t i = 0; i < expanded_.size(); ++i) {
    if (expanded_[i] == '%') {
      if (!take_directive(scan, expanded_[++i], clock)) return std::nullopt;
    } else if (expanded_[i] == ' ') {
      scan.take_blanks();
    } else if (!scan.take(expanded_[i])) {
      return std::nullopt;
    }
  }
  if (!scan.at_end()) return std::nullopt;
  return clock.seconds();
}

const std::vector<DateTimeCandidate>& datetime_candidates() {
  static const std::vector<DateTimeCandidate> candidates = [] {
    std::vector<DateTimeCandidate> all;
    all.push_back({DateTimeFormat("ISO8601")});
    const auto add = [&](const std::string& date, std::string_view time) {
      all.push_back({DateTimeFormat(fmt::format("{}{}", date, time))});
    };
    const auto add_both_orders = [&](char separator, std::string_view time) {
      for (const char year : {'Y', 'y'}) {
        const int here = static_cast<int>(all.size());
        add(fmt::format("%d{0}%m{0}%{1}", separator, year), time);
        add(fmt::format("%m{0}%d{0}%{1}", separator, year), time);
        all[all.size() - 2].twin = here + 1;
        all.back().twin = here;
      }
    };
    for (const char* time : {"", " %H:%M", " %H:%M:%S"}) {
      for (const char* date : {"%Y/%m/%d", "%d-%b-%Y", "%d %b %Y", "%b %d, %Y"}) add(date, time);
      for (const char separator : {'/', '.', '-'}) add_both_orders(separator, time);
    }
    for (const char* time : {" %I:%M %p", " %I:%M:%S %p"}) {
      add("%Y/%m/%d", time);
      add_both_orders('/', time);
    }
    add("%Y/%m/%d", " %I:%M:%S %p %z");
    return all;
  }();
  return candidates;
}

}  // namespace cohort
