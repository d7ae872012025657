#pragma once
/// How fast each operation is on each device, on synthetic rows, beside what the machine's memory
/// and its arithmetic allow.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cohort/backend.hpp"
#include "cohort/device.hpp"
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
  double least_seconds = 0.2;  ///< short operations are repeated for so long
  std::uint64_t seed = 0;
};

/// Seconds of one run; or of one pass or iteration, 0 where a fit ended too soon to tell.
struct BenchTime {
  /// Over the repeats after a first run; of the first one alone where it took more than 3 s. Of a
  /// pass or iteration, the median is what the shortest runs give.
  double median = 0, least = 0, most = 0;
  double lower_quartile = 0, upper_quartile = 0;
  double cold = 0;  ///< of the first run
};

struct BenchLine {
  std::string operation;
  std::string shape;
  std::int64_t rows = 0;
  double bytes = 0;          ///< the least that must be moved; 0 where arithmetic is the bound
  double multiply_adds = 0;  ///< the least that must be done; 0 where there are few or none
  std::optional<BenchTime> cpu, gpu;
  std::string difference;  ///< empty, or where the devices' results part: then no ratio is given
};

struct Bench {
  std::string cpu;  ///< "cpu, 2 threads"
  std::string gpu;  ///< empty without one
  HostMachine host;
  std::int64_t gpu_memory = 0;        ///< bytes
  double cpu_copy = 0, gpu_copy = 0;  ///< bytes a second, read and written; 0 = not measured
  double cpu_multiply_adds = 0;       ///< a second, float32, all threads
  std::int64_t peak_memory = 0;       ///< bytes of the host, all of the bench
  std::vector<BenchLine> lines;
};

/// The operations that a plan may name.
[[nodiscard]] std::vector<std::string> bench_stages();

/// How an operation's time grows: as rows^exponent between its least and its largest number of
/// rows.
struct BenchGrowth {
  std::string operation;
  std::string shape;  ///< without the rows: "6, k 4"
  std::int64_t from = 0, to = 0;
  std::optional<double> cpu, gpu;  ///< exponents; none where a time is missing
};

/// Of every operation that was timed at several numbers of rows.
[[nodiscard]] std::vector<BenchGrowth> growth(const Bench& bench);

/// \param cpu, gpu  either may be null, not both
/// \param progress  told about each operation
[[nodiscard]] Bench bench(Backend* cpu, Backend* gpu, const BenchPlan& plan,
                          const ProgressListener& progress);

}  // namespace cohort
