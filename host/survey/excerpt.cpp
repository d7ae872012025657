#include "host/survey/excerpt.hpp"

#include <fmt/format.h>

namespace cohort {

std::string place(const std::string& source, std::int64_t line) {
  return fmt::format("{}:{}", source, line);
}

std::string place(const std::string& source, std::int64_t line, std::int64_t column) {
  return fmt::format("{}:{}:{}", source, line, column);
}

std::string place(const Table& table, std::int64_t row, const Column& column) {
  return place(table.source, table.line_of(row), &column - table.columns.data() + 1);
}

std::string excerpt(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  std::string shown = "'";
  std::size_t characters = 0;
  for (const char byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    const bool begins_character = (value & 0xC0) != 0x80;
    if (begins_character && ++characters > kLongest) return shown + "...'";
    shown += value < 0x20 || value == 0x7F ? '?' : byte;
  }
  return shown + "'";
}

}  // namespace cohort
