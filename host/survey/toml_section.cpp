#include "host/survey/toml_section.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "cohort/error.hpp"

#include "host/survey/lists.hpp"

namespace cohort {
namespace {

std::string words_for(const toml::node& node) {
  if (const auto* text = node.as_string()) return fmt::format("\"{}\"", text->get());
  if (const auto* whole = node.as_integer()) return std::to_string(whole->get());
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  if (const auto* truth = node.as_boolean()) return truth->get() ? "true" : "false";
  if (node.is_array()) return "a list";
  if (node.is_table()) return "a section";
  return "a date or time";
}

// The type for a value of the wrong type, the value for one that is out of range.
std::string kind_of(const toml::node& node) {
  if (node.is_string()) return "a string";
  if (node.is_integer()) return "a whole number";
  if (node.is_floating_point()) return "a decimal number";
  if (node.is_boolean()) return "true or false";
  return words_for(node);
}

// A table keeps its keys sorted; people read from the top.
std::vector<const toml::key*> keys_in_file_order(const toml::table& table) {
  std::vector<const toml::key*> keys;
  for (auto item = table.begin(); item != table.end(); ++item) keys.push_back(&item->first);
  const auto earlier = [](const toml::key* a, const toml::key* b) {
    const auto x = a->source().begin, y = b->source().begin;
    return x.line != y.line ? x.line < y.line : x.column < y.column;
  };
  std::sort(keys.begin(), keys.end(), earlier);
  return keys;
}

}  // namespace

TomlSection::TomlSection(const toml::table& table, std::string title, std::string file)
    : table_(&table), title_(std::move(title)), file_(std::move(file)) {}

std::string TomlSection::place(const toml::source_region& region) const {
  return fmt::format("{}:{}:{}", file_, region.begin.line, region.begin.column);
}

std::string TomlSection::where() const {
  return place(table_->source());
}

std::string TomlSection::where(std::string_view key) const {
  const auto found = table_->find(key);
  return found == table_->end() ? where() : place(found->first.source());
}

bool TomlSection::is_text(std::string_view key) const {
  const toml::node* value = table_->get(key);
  return value != nullptr && value->is_string();
}

const toml::node* TomlSection::ask(std::string_view key) {
  asked_.emplace_back(key);
  return table_->get(key);
}

void TomlSection::refuse(const toml::node& value, std::string_view key,
                         std::string_view what) const {
  const std::string name = title_.empty() ? std::string(key) : fmt::format("{} in {}", key, title_);
  throw UsageError(fmt::format("{}: {} must be {}", place(value.source()), name, what));
}

void TomlSection::refuse(std::string_view key, std::string_view what) const {
  const toml::node& value = *table_->get(key);
  refuse(value, key, fmt::format("{}, not {}", what, words_for(value)));
}

std::optional<std::string> TomlSection::text(std::string_view key) {
  const toml::node* value = ask(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) refuse(*value, key, "a string, not " + kind_of(*value));
  return value->as_string()->get();
}

std::optional<bool> TomlSection::truth(std::string_view key) {
  const toml::node* value = ask(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) refuse(*value, key, "true or false, not " + kind_of(*value));
  return value->as_boolean()->get();
}

std::optional<std::int64_t> TomlSection::whole(std::string_view key, std::int64_t least) {
  const toml::node* value = ask(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_integer()) refuse(*value, key, "a whole number, not " + kind_of(*value));
  const std::int64_t number = value->as_integer()->get();
  if (number < least) {
    refuse(*value, key, fmt::format("a whole number of at least {}, not {}", least, number));
  }
  return number;
}

std::optional<double> TomlSection::number(std::string_view key, const NumberRange& range) {
  const toml::node* value = ask(key);
  if (value == nullptr) return std::nullopt;
  const std::optional<double> number = value->is_number() ? value->value<double>() : std::nullopt;
  if (!number) refuse(*value, key, fmt::format("{}, not {}", range.words, kind_of(*value)));
  if (!range.holds(*number)) refuse(key, range.words);
  return number;
}

std::vector<std::string> TomlSection::texts(std::string_view key) {
  std::vector<std::string> list;
  const toml::node* value = ask(key);
  if (value == nullptr) return list;
  constexpr std::string_view what = "a list of strings, as in [\"a\", \"b\"], not ";
  if (!value->is_array()) refuse(*value, key, fmt::format("{}{}", what, kind_of(*value)));
  for (const toml::node& item : *value->as_array()) {
    if (!item.is_string()) refuse(item, key, fmt::format("{}of {}", what, words_for(item)));
    list.push_back(item.as_string()->get());
  }
  return list;
}

std::vector<double> TomlSection::numbers(std::string_view key) {
  std::vector<double> list;
  const toml::node* value = ask(key);
  if (value == nullptr) return list;
  constexpr std::string_view what = "a list of numbers, as in [1, 2.5], not ";
  if (!value->is_array()) refuse(*value, key, fmt::format("{}{}", what, kind_of(*value)));
  for (const toml::node& item : *value->as_array()) {
    const std::optional<double> number = item.is_number() ? item.value<double>() : std::nullopt;
    if (!number) refuse(item, key, fmt::format("{}of {}", what, words_for(item)));
    list.push_back(*number);
  }
  return list;
}

std::optional<TomlSection> TomlSection::section(std::string_view key) {
  const toml::node* value = ask(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_table()) refuse(*value, key, "a section of keys, not " + kind_of(*value));
  std::string path(key);
  if (!title_.empty()) {
    const std::size_t first = title_.find_first_not_of('[');
    path = title_.substr(first, title_.find(']') - first) + "." + path;
  }
  return TomlSection(*value->as_table(), fmt::format("[{}]", path), file_);
}

std::vector<TomlSection> TomlSection::sections(std::string_view key) {
  std::vector<TomlSection> list;
  const toml::node* value = ask(key);
  if (value == nullptr) return list;
  const std::string title = fmt::format("[[{}]]", key);
  const std::string what = fmt::format("sections, each headed {}, not ", title);
  if (!value->is_array()) refuse(*value, key, what + kind_of(*value));
  for (const toml::node& item : *value->as_array()) {
    if (!item.is_table()) refuse(item, key, what + kind_of(item));
    list.emplace_back(*item.as_table(), title, file_);
  }
  return list;
}

std::vector<std::string> TomlSection::names() {
  std::vector<std::string> all;
  for (const toml::key* key : keys_in_file_order(*table_)) all.emplace_back(key->str());
  asked_.insert(asked_.end(), all.begin(), all.end());
  return all;
}

void TomlSection::refuse_the_rest() const {
  for (const toml::key* key : keys_in_file_order(*table_)) {
    if (std::find(asked_.begin(), asked_.end(), key->str()) != asked_.end()) continue;
    std::string hint = did_you_mean(key->str(), asked_);
    if (hint.empty()) hint = fmt::format("; known are {}", fmt::join(asked_, ", "));
    const std::string what = title_.empty()
                                 ? fmt::format("unknown section or key '{}'", key->str())
                                 : fmt::format("unknown key '{}' in {}", key->str(), title_);
    throw UsageError(fmt::format("{}: {}{}", place(key->source()), what, hint));
  }
}

namespace {

// What is larger than people write is a survey given by mistake.
constexpr std::size_t kLargestFile = std::size_t{16} << 20;

// The parser recurses over the parts of a key without a limit of its own: a.a.a... as long as a
// file would overflow the stack. Dots in comments and strings do not count.
void refuse_deep_keys(std::string_view toml, const std::string& file) {
  constexpr int kMostParts = 32;
  int line = 1;
  int dots = 0;
  char quote = 0;
  for (std::size_t at = 0; at < toml.size(); ++at) {
    const char c = toml[at];
    if (c == '\n') {
      ++line;
      dots = 0;
      quote = 0;
    } else if (quote != 0) {
      if (c == '\\' && quote == '"') ++at;
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '#') {
      at = std::min(toml.find('\n', at), toml.size()) - 1;
    } else if (c == '.') {
      if (++dots == kMostParts) {
        throw UsageError(
            fmt::format("{}:{}: a key of more than {} parts; none that is known has so many", file,
                        line, kMostParts));
      }
    } else if (c == '=' || c == ',' || c == '[' || c == '{') {
      dots = 0;
    }
  }
}

}  // namespace

std::string toml_text(const std::string& path, std::string_view kind) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string toml;
  std::vector<char> chunk(std::size_t{1} << 16);
  while (file && toml.size() < kLargestFile) {
    file.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    toml.append(chunk.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (!file.eof() && toml.size() < kLargestFile) {
    throw UsageError(fmt::format("cannot read the {} '{}': {}", kind, path, std::strerror(errno)));
  }
  if (toml.size() >= kLargestFile) {
    throw UsageError(fmt::format("'{}' is too large for a {}; is it the survey?", path, kind));
  }
  return toml;
}

toml::table parse_toml(std::string_view toml, const std::string& file) {
  refuse_deep_keys(toml, file);
  try {
    return toml::parse(toml);
  } catch (const toml::parse_error& error) {
    const auto at = error.source().begin;
    std::string what(error.description());
    std::replace(what.begin(), what.end(), '\n', ' ');
    throw UsageError(fmt::format("{}:{}:{}: {}", file, at.line, at.column, what));
  }
}

}  // namespace cohort
