#include "host/report/json.hpp"

#include <algorithm>

namespace cohort::report {
namespace {

void write(std::string& text, const Json& json, std::size_t level) {
  if (!json.is_structured() || json.empty()) {
    text += json.dump(-1, ' ', false, Json::error_handler_t::replace);
    return;
  }
  const bool flat = json.is_array() && std::none_of(json.begin(), json.end(), [](const Json& item) {
                      return item.is_structured();
                    });
  const auto new_line = [&](std::size_t depth) {
    if (!flat) text.append("\n").append(2 * depth, ' ');
  };
  text += json.is_array() ? '[' : '{';
  bool first = true;
  for (const auto& [key, item] : json.items()) {
    if (!first) text += flat ? ", " : ",";
    first = false;
    new_line(level + 1);
    if (json.is_object()) {
      write(text, key, level + 1);
      text += ": ";
    }
    write(text, item, level + 1);
  }
  new_line(level);
  text += json.is_array() ? ']' : '}';
}

}  // namespace

std::string pretty(const Json& json) {
  std::string text;
  write(text, json, 0);
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
