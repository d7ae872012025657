#include "host/survey/datetime_text.hpp"

#include <chrono>
#include <string_view>

#include <fmt/format.h>

#include "cohort/error.hpp"

namespace cohort {

namespace {

char* two_digits(char* to, unsigned value) {
  *to++ = static_cast<char>('0' + value / 10);
  *to++ = static_cast<char>('0' + value % 10);
  return to;
}

std::string expanded(const std::string& format) {
  std::string text;
  for (std::size_t i = 0; i < format.size(); ++i) {
    const std::string_view pair = std::string_view(format).substr(i, 2);
    if (pair == "%F") {
      text += "%Y-%m-%d";
    } else if (pair == "%T") {
      text += "%H:%M:%S";
    } else if (pair == "%R") {
      text += "%H:%M";
    } else {
      text += pair[0] == '%' ? pair : pair.substr(0, 1);
    }
    if (pair[0] == '%') ++i;
  }
  return text;
}

}  // namespace

DateTimeText::DateTimeText(const std::string& format) {
  const std::string text = expanded(format);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      parts_.push_back({0, text[i]});
      continue;
    }
    const char letter = ++i < text.size() ? text[i] : ' ';
    if (letter == '%') {
      parts_.push_back({0, '%'});
    } else if (std::string_view("YymdHMS").find(letter) != std::string_view::npos) {
      parts_.push_back({letter, 0});
    } else {
      throw UsageError(fmt::format(
          "a datetime is not written with '%{}'; there are %Y %y %m %d %H %M %S %F %T %R", letter));
    }
  }
}

std::size_t DateTimeText::widest() const {
  return parts_.size() * 4;
}

char* DateTimeText::write(char* to, std::int64_t seconds) const {
  const std::chrono::sys_seconds time{std::chrono::seconds(seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
  const auto of_day = static_cast<unsigned>((time - day).count());
  for (const Part& part : parts_) {
    switch (part.letter) {
      case 'Y':
        to = two_digits(two_digits(to, year / 100), year % 100);
        break;
      case 'y':
        to = two_digits(to, year % 100);
        break;
      case 'm':
        to = two_digits(to, static_cast<unsigned>(date.month()));
        break;
      case 'd':
        to = two_digits(to, static_cast<unsigned>(date.day()));
        break;
      case 'H':
        to = two_digits(to, of_day / 3600);
        break;
      case 'M':
        to = two_digits(to, of_day / 60 % 60);
        break;
      case 'S':
        to = two_digits(to, of_day % 60);
        break;
      default:
        *to++ = part.character;
    }
  }
  return to;
}

}  // namespace cohort
