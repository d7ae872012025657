#pragma once
/// Work on the parts of a text in parallel, with the outcome of working from front to back.

#include <cstdint>
#include <functional>

#include "cohort/parallel.hpp"

namespace cohort {

/// ThreadPool::run, but of the exceptions thrown the one of the lowest index is thrown here,
/// whichever came first: a file with two faults always reports the same one.
void run_in_order(ThreadPool& pool, std::int64_t tasks,
                  const std::function<void(std::int64_t index, int worker)>& task);

}  // namespace cohort
