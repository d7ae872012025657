#include "host/survey/rows.hpp"

namespace cohort {

void RaggedRows::add(std::int64_t line, std::size_t cells, std::size_t width) {
  ++count;
  if (cells > width) ++longer;
  if (examples.size() < kExamples) {
    examples.push_back({line, static_cast<std::int64_t>(cells)});
  }
}

void RaggedRows::merge(const RaggedRows& later) {
  count += later.count;
  longer += later.longer;
  for (const Example& example : later.examples) {
    if (examples.size() < kExamples) examples.push_back(example);
  }
}

bool Rows::next() {
  while (records_.next()) {
    const std::size_t cells = records_.fields().size();
    if (cells == context_.width()) return true;
    ragged_.add(records_.line(), cells, context_.width());
    if (context_.options.ragged != Ragged::skip) return true;
  }
  return false;
}

}  // namespace cohort
