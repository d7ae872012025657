#include "host/cli/repeatable.hpp"

#include <algorithm>
#include <string_view>

namespace cohort::cli {

namespace {

/// Flags that change no result.
constexpr std::string_view kOfNoConsequence[] = {"help",  "json",    "quiet",   "no-progress",
                                                 "color", "threads", "device",  "out",
                                                 "force", "timings", "no-rows", "strict"};

bool matters(const CLI::Option& option) {
  const auto& names = option.get_lnames();
  return option.count() > 0 && std::none_of(names.begin(), names.end(), [](const auto& name) {
           return std::find(std::begin(kOfNoConsequence), std::end(kOfNoConsequence), name) !=
                  std::end(kOfNoConsequence);
         });
}

std::string quoted(const std::string& word) {
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./=,:%+@";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
  std::string text = "'";
  for (const char c : word) {
    if (c == '\'')
      text += "'\\''";
    else
      text += c;
  }
  text += '\'';
  return text;
}

}  // namespace

std::string repeatable(const CLI::App& command) {
  std::string line = "cohort " + command.get_name();
  for (const CLI::Option* option : command.get_options()) {
    if (!matters(*option)) continue;
    const bool positional = option->get_lnames().empty() && option->get_snames().empty();
    const bool flag = option->get_type_size() == 0;
    if (flag) {
      line += " --" + option->get_lnames().front();
      continue;
    }
    for (const std::string& value : option->results()) {
      line += ' ';
      if (!positional) line += "--" + option->get_lnames().front() + ' ';
      line += quoted(value);
    }
  }
  return line;
}

}  // namespace cohort::cli
