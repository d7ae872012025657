#include <gtest/gtest.h>

#include "cohort/read.hpp"
#include "cohort/sample.hpp"

namespace cohort {
namespace {

Table parse(std::string_view text, const ReadOptions& options = {}) {
  ThreadPool pool(2);
  return parse_table(text, "survey.csv", options, pool);
}

TEST(Sample, HasItsTypes) {
  ReadOptions options;
  options.missing = {"-"};
  const Table table = parse(sample_survey(), options);
  for (const Column& c : table.columns)
    printf("%s %s missing %ld distinct %ld %s %s/%s\n", c.name.c_str(),
           std::string(name_of(c.type)).c_str(), c.missing, c.distinct, c.format.c_str(),
           c.true_text.c_str(), c.false_text.c_str());
  for (const Notice& n : table.notices) printf("%s: %s\n", n.topic.c_str(), n.text.c_str());
}

}  // namespace
}  // namespace cohort
