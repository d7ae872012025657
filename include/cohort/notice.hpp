#pragma once
/// What a person must be told about the data or about a decision taken for them.

#include <string>
#include <vector>

namespace cohort {

struct Notice {
  enum class Level {
    decision,  ///< what was done without being asked: a type sniffed, a column left out, a row
               ///< dropped
    warning    ///< what may make the result wrong: suspected codes, duplicated respondents, no
               ///< convergence
  };
  Level level = Level::decision;
  std::string topic;  ///< a stable slug: "encoding", "sentinel", "near-duplicates", ...
  std::string text;   ///< one sentence with its numbers, no final newline
};

using Notices = std::vector<Notice>;

}  // namespace cohort
