#pragma once
/// A section of a TOML file read strictly: each key is asked for by name and type, and what nobody
/// asked for is refused.

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <toml++/toml.h>

namespace cohort {

/// The doubles a key may hold, and the words for them.
struct NumberRange {
  double least = std::numeric_limits<double>::lowest();
  double greatest = std::numeric_limits<double>::max();
  bool without_least = false;
  bool without_greatest = false;
  std::string_view words = "a number";  ///< "a number of at least 0.5 and below 1"

  [[nodiscard]] bool holds(double x) const {
    return x >= least && x <= greatest && !(without_least && x == least) &&
           !(without_greatest && x == greatest);
  }
};

/// Every reader gives nothing where the key is absent and throws UsageError "file:line:column:
/// KEY in [SECTION] must be ..., not ..." where its value does not fit.
class TomlSection {
 public:
  /// \param title  as written in the file: "[kmeans]"; empty for the file itself
  /// \param table  must outlive the section
  TomlSection(const toml::table& table, std::string title, std::string file);

  [[nodiscard]] std::optional<std::string> text(std::string_view key);
  [[nodiscard]] std::optional<bool> truth(std::string_view key);
  [[nodiscard]] std::optional<std::int64_t> whole(std::string_view key, std::int64_t least);
  [[nodiscard]] std::optional<double> number(std::string_view key, const NumberRange& range);
  [[nodiscard]] std::vector<std::string> texts(std::string_view key);
  [[nodiscard]] std::vector<double> numbers(std::string_view key);
  /// Also calls heard(text, "file:line:column") for each text of the list.
  template <class Heard>
  [[nodiscard]] std::vector<std::string> texts(std::string_view key, const Heard& heard);
  /// One of a few words.
  template <class Value>
  [[nodiscard]] std::optional<Value> choice(
      std::string_view key, const std::vector<std::pair<std::string_view, Value>>& words);
  [[nodiscard]] std::optional<TomlSection> section(std::string_view key);
  /// [[key]]
  [[nodiscard]] std::vector<TomlSection> sections(std::string_view key);
  /// The names of all keys: for sections whose keys are names of the user's own. Asks for them all.
  [[nodiscard]] std::vector<std::string> names();

  /// Throws where the file has a key that nobody asked for, naming the nearest one somebody did.
  void refuse_the_rest() const;

  [[nodiscard]] bool is_text(std::string_view key) const;
  /// "file:line:column" of the section, or of one of its keys.
  [[nodiscard]] std::string where() const;
  [[nodiscard]] std::string where(std::string_view key) const;
  /// Throws UsageError "file:line:column: KEY in [SECTION] must be WHAT, not ...".
  [[noreturn]] void refuse(std::string_view key, std::string_view what) const;

 private:
  [[nodiscard]] const toml::node* ask(std::string_view key);
  [[nodiscard]] std::string place(const toml::source_region& region) const;
  [[noreturn]] void refuse(const toml::node& value, std::string_view key,
                           std::string_view what) const;

  const toml::table* table_;
  std::string title_;
  std::string file_;
  std::vector<std::string> asked_;
};

template <class Heard>
std::vector<std::string> TomlSection::texts(std::string_view key, const Heard& heard) {
  std::vector<std::string> list = texts(key);
  if (list.empty()) return list;
  const toml::array& array = *table_->get(key)->as_array();
  for (std::size_t i = 0; i < list.size(); ++i) heard(list[i], place(array[i].source()));
  return list;
}

template <class Value>
std::optional<Value> TomlSection::choice(
    std::string_view key, const std::vector<std::pair<std::string_view, Value>>& words) {
  const auto word = text(key);
  if (!word) return std::nullopt;
  std::string all;
  for (const auto& [known, value] : words) {
    if (*word == known) return value;
    all += fmt::format("{}\"{}\"", all.empty() ? "" : ", ", known);
  }
  refuse(key, "one of " + all);
}

/// The value read, or what is there already where the key is absent.
template <class Target, class Value>
void take(Target& target, std::optional<Value> value) {
  if (value) target = std::move(*value);
}

/// A whole file of people's writing. \param kind  "recipe": what the messages call it
/// \throws UsageError where it cannot be read, or is too large to be one
[[nodiscard]] std::string toml_text(const std::string& path, std::string_view kind);

/// Parses a whole file. \throws UsageError "file:line:column: what"
[[nodiscard]] toml::table parse_toml(std::string_view toml, const std::string& file);

}  // namespace cohort
