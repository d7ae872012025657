#pragma once
/// One line on a terminal's stderr that says what long work is doing.

#include <chrono>
#include <string>

#include "cohort/progress.hpp"

namespace cohort::cli {

/// "read: 412 MB of 1.17 GB (35 %), 4,210,000 rows/s, 1 s left", as far as it is known.
/// \param seconds  since the stage began
[[nodiscard]] std::string progress_text(const Progress& progress, double seconds);

/// Silent for the first half second of a stage, then redrawn at most ten times a second; gone when
/// destroyed.
class ProgressLine {
 public:
  explicit ProgressLine(bool wanted) : wanted_(wanted) {}
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// Empty when nobody would see it.
  [[nodiscard]] ProgressListener listener();
  void clear();

 private:
  void show(const Progress& progress);

  using Clock = std::chrono::steady_clock;
  bool wanted_;
  bool drawn_ = false;
  std::string stage_;
  Clock::time_point stage_start_{};
  Clock::time_point last_drawn_{};
};

}  // namespace cohort::cli
