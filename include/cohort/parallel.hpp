#pragma once
/// A few threads that share loops. Nothing computed with it may depend on their number: tasks are
/// cut from the data alone, and what they sum are integers.

#include <cstdint>
#include <functional>
#include <memory>

namespace cohort {

class ThreadPool {
 public:
  /// \param threads  how many work at a loop, the caller among them; 0 = one for each processor
  /// this process may use
  explicit ThreadPool(int threads = 0);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  [[nodiscard]] int threads() const noexcept;

  /// Calls task(index, worker) once for every index in [0, tasks), in no order, and returns when
  /// all are done. worker is in [0, threads()) and no two calls share one at a time, so it can name
  /// scratch space. The first exception a task throws is thrown here, after the others have
  /// stopped. Not reentrant.
  void run(std::int64_t tasks, const std::function<void(std::int64_t index, int worker)>& task);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cohort
