#include "host/survey/chunks.hpp"

#include <atomic>
#include <exception>
#include <vector>

namespace cohort {

void run_in_order(ThreadPool& pool, std::int64_t tasks,
                  const std::function<void(std::int64_t index, int worker)>& task) {
  std::vector<std::exception_ptr> failures(static_cast<std::size_t>(tasks));
  std::atomic<std::int64_t> lowest{tasks};
  pool.run(tasks, [&](std::int64_t index, int worker) {
    if (index > lowest.load()) return;
    try {
      task(index, worker);
    } catch (...) {
      failures[static_cast<std::size_t>(index)] = std::current_exception();
      std::int64_t seen = lowest.load();
      while (index < seen && !lowest.compare_exchange_weak(seen, index)) {
      }
    }
  });
  if (lowest.load() < tasks) {
    std::rethrow_exception(failures[static_cast<std::size_t>(lowest.load())]);
  }
}

}  // namespace cohort
