#pragma once
/// How long work tells what it is doing. Whoever shows it decides how often.

#include <cstdint>
#include <functional>
#include <string_view>

namespace cohort {

struct Progress {
  std::string_view stage;  ///< "read", "K-means", ...
  std::int64_t done = 0;   ///< steps done, in `unit`s
  std::int64_t total = 0;  ///< steps in all; 0 where nobody knows
  std::string_view unit;   ///< "bytes", "passes", ...
  std::int64_t rows = 0;   ///< rows done or a few more, where they are not the unit and are known
  std::int64_t found = 0;  ///< what there is so far, in `found_unit`s
  std::string_view found_unit = {};  ///< "exemplars", ...; empty where nothing is told
};

/// Called now and then from the thread that called the operation; empty means nobody listens.
using ProgressListener = std::function<void(const Progress&)>;

}  // namespace cohort
