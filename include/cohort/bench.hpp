#pragma once
/// How fast each operation is on each device, on synthetic rows, beside what the machine's memory
/// allows.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cohort/backend.hpp"
#include "cohort/progress.hpp"

namespace cohort {

struct BenchPlan {
  std::vector<std::int64_t> rows = {100000, 1000000};
  std::int64_t features = 6;
  std::int64_t clusters = 4;
  std::int64_t restarts = 10;
  std::int64_t pair_rows = 5000;    ///< at most so many where all pairs are compared
  std::vector<std::string> stages;  ///< operations to time; empty = all
  int repeats = 3;
  std::uint64_t seed = 0;
};

/// Seconds of one run (or of one pass or iteration), over the repeats after a first that warms up;
/// of that first one alone where it took more than 3 s.
struct BenchTime {
  double median = 0, least = 0, most = 0;
};

struct BenchLine {
  std::string operation;
  std::string shape;
  double bytes = 0;  ///< the least that must be moved; 0 where arithmetic is the bound
  std::optional<BenchTime> cpu, gpu;
  std::string difference;  ///< empty, or where the devices' results part: then no ratio is given
};

struct Bench {
  std::string cpu;                    ///< "cpu, 2 threads"
  std::string gpu;                    ///< empty without one
  double cpu_copy = 0, gpu_copy = 0;  ///< bytes a second, read and written; 0 = not measured
  std::vector<BenchLine> lines;
};

/// The operations that a plan may name.
[[nodiscard]] std::vector<std::string> bench_stages();

/// \param cpu, gpu  either may be null, not both
/// \param progress  told about each operation
[[nodiscard]] Bench bench(Backend* cpu, Backend* gpu, const BenchPlan& plan,
                          const ProgressListener& progress);

}  // namespace cohort
