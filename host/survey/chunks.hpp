#pragma once
/// Work on the parts of a text in parallel, with the outcome of working from front to back.

#include <algorithm>
#include <cstdint>
#include <functional>

#include "cohort/parallel.hpp"

namespace cohort {

/// ThreadPool::run, but of the exceptions thrown the one of the lowest index is thrown here,
/// whichever came first: a file with two faults always reports the same one.
void run_in_order(ThreadPool& pool, std::int64_t tasks,
                  const std::function<void(std::int64_t index, int worker)>& task);

/// How over_rows cuts rows into tasks: by their number alone.
inline constexpr std::int64_t kRowsOfATask = 1 << 15;

[[nodiscard]] inline std::int64_t row_tasks(std::int64_t rows) {
  return (rows + kRowsOfATask - 1) / kRowsOfATask;
}

/// Calls work(task, first, last) for ranges [first, last) that cover [0, rows), task counted from
/// 0; of the exceptions thrown, the one of the first rows is thrown here.
template <class Work>
void over_rows(ThreadPool& pool, std::int64_t rows, const Work& work) {
  run_in_order(pool, row_tasks(rows), [&](std::int64_t task, int) {
    work(task, task * kRowsOfATask, std::min(rows, (task + 1) * kRowsOfATask));
  });
}

}  // namespace cohort
