#pragma once
/// A strict reader of the markup that reports are made of: XML without namespaces, after a doctype.

#include <cctype>
#include <map>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace cohort::testing {

struct Element {
  std::string name;
  std::map<std::string, std::string> attributes;  ///< as written
  std::string text;                               ///< directly inside, as written
};

struct Markup {
  std::vector<Element> elements;  ///< in the order they begin
  std::string problem;            ///< the first; empty = well-formed

  [[nodiscard]] std::vector<const Element*> named(std::string_view name) const {
    std::vector<const Element*> found;
    for (const Element& element : elements)
      if (element.name == name) found.push_back(&element);
    return found;
  }
};

/// Every "&" begins one of the five entities, and no ">" stands alone.
inline bool is_escaped(const std::string& text) {
  static const std::regex entity("&(amp|lt|gt|quot|#39);");
  return std::regex_replace(text, entity, "").find_first_of("&<>") == std::string::npos;
}

inline Markup read_markup(std::string_view page) {
  static const std::regex tag("([a-z][a-z0-9]*)((?: [a-zA-Z][a-zA-Z0-9:-]*=\"[^\"<>]*\")*)(/?)");
  static const std::regex attribute(" ([a-zA-Z][a-zA-Z0-9:-]*)=\"([^\"]*)\"");
  Markup markup;
  constexpr std::string_view doctype = "<!DOCTYPE html>\n";
  if (page.starts_with(doctype)) page.remove_prefix(doctype.size());
  std::vector<std::size_t> open;
  const auto fail = [&markup](const std::string& what) {
    markup.problem = what;
    return markup;
  };
  while (!page.empty()) {
    if (page.front() != '<') {
      const std::size_t end = std::min(page.find('<'), page.size());
      const std::string text(page.substr(0, end));
      // A style sheet is no text.
      const bool raw = !open.empty() && markup.elements[open.back()].name == "style";
      if (!raw && !is_escaped(text)) return fail("not escaped: " + text);
      if (!open.empty()) markup.elements[open.back()].text += text;
      page.remove_prefix(end);
      continue;
    }
    const std::size_t end = page.find('>');
    if (end == std::string_view::npos) return fail("a tag without an end");
    const std::string inside(page.substr(1, end - 1));
    page.remove_prefix(end + 1);
    if (inside.starts_with('/')) {
      if (open.empty() || markup.elements[open.back()].name != inside.substr(1))
        return fail("closes what is not open: " + inside);
      open.pop_back();
      continue;
    }
    std::smatch match;
    if (!std::regex_match(inside, match, tag)) return fail("no tag: " + inside.substr(0, 200));
    Element element{match[1], {}, {}};
    const std::string list = match[2];
    for (std::sregex_iterator at(list.begin(), list.end(), attribute), none; at != none; ++at) {
      if (!is_escaped((*at)[2])) return fail("not escaped: " + inside);
      if (!element.attributes.emplace((*at)[1], (*at)[2]).second)
        return fail("an attribute twice: " + inside);
    }
    markup.elements.push_back(std::move(element));
    if (match[3].length() == 0) open.push_back(markup.elements.size() - 1);
  }
  return open.empty() ? markup : fail("never closed: " + markup.elements[open.back()].name);
}

}  // namespace cohort::testing
