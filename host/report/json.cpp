#include "host/report/json.hpp"

#include <algorithm>

namespace cohort::report {
namespace {

/// Arrays of plain values stay on one line, and so do records of them that are items of an array.
bool is_one_line(const Json& json, bool in_array) {
  return (json.is_array() || in_array) &&
         std::none_of(json.begin(), json.end(),
                      [](const Json& item) { return item.is_structured(); });
}

void write(std::string& text, const Json& json, std::size_t level, bool in_array) {
  if (!json.is_structured() || json.empty()) {
    text += json.dump(-1, ' ', false, Json::error_handler_t::replace);
    return;
  }
  const bool one_line = is_one_line(json, in_array);
  const auto new_line = [&](std::size_t depth) {
    if (!one_line) text.append("\n").append(2 * depth, ' ');
  };
  text += json.is_array() ? '[' : '{';
  bool first = true;
  for (const auto& [key, item] : json.items()) {
    if (!first) text += one_line ? ", " : ",";
    first = false;
    new_line(level + 1);
    if (json.is_object()) {
      write(text, key, level, false);
      text += ": ";
    }
    write(text, item, level + 1, json.is_array());
  }
  new_line(level);
  text += json.is_array() ? ']' : '}';
}

}  // namespace

std::string pretty(const Json& json) {
  std::string text;
  write(text, json, 0, false);
  return text + '\n';
}

Json notices_json(const Notices& notices) {
  Json list = Json::array();
  for (const Notice& notice : notices) {
    list.push_back({{"level", notice.level == Notice::Level::warning ? "warning" : "decision"},
                    {"topic", notice.topic},
                    {"text", notice.text}});
  }
  return list;
}

}  // namespace cohort::report
