#include "cohort/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <sched.h>

namespace cohort {

namespace {

int processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace

struct ThreadPool::State {
  std::mutex mutex;
  std::condition_variable work_ready;
  std::condition_variable work_done;
  const std::function<void(std::int64_t, int)>* task = nullptr;
  std::int64_t tasks = 0;
  std::atomic<std::int64_t> next{0};
  std::uint64_t round = 0;
  int helpers_busy = 0;
  bool stopping = false;
  std::exception_ptr failure;
  int threads = 1;
  std::vector<std::thread> helpers;

  void work(int worker) {
    try {
      for (std::int64_t i = next.fetch_add(1); i < tasks; i = next.fetch_add(1)) (*task)(i, worker);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
      next.store(tasks);
    }
  }

  void help(int worker) {
    std::uint64_t seen = 0;
    std::unique_lock lock(mutex);
    while (true) {
      work_ready.wait(lock, [&] { return stopping || round != seen; });
      if (stopping) return;
      seen = round;
      lock.unlock();
      work(worker);
      lock.lock();
      if (--helpers_busy == 0) work_done.notify_one();
    }
  }

  // Threads start with the first loop that has work for them: a small survey never pays for them.
  void start_helpers() {
    try {
      for (int worker = 1; worker < threads; ++worker)
        helpers.emplace_back([this, worker] { help(worker); });
    } catch (const std::system_error&) {
      // The process may have no more threads: those that there are do the work.
    }
  }
};

ThreadPool::ThreadPool(int threads) : state_(std::make_unique<State>()) {
  state_->threads = threads > 0 ? threads : processors();
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->work_ready.notify_all();
  for (std::thread& helper : state_->helpers) helper.join();
}

int ThreadPool::threads() const noexcept {
  return state_->threads;
}

void ThreadPool::run(std::int64_t tasks, const std::function<void(std::int64_t, int)>& task) {
  State& state = *state_;
  if (tasks <= 1 || state.threads == 1) {
    for (std::int64_t i = 0; i < tasks; ++i) task(i, 0);
    return;
  }
  if (state.helpers.empty()) state.start_helpers();
  {
    const std::lock_guard lock(state.mutex);
    state.task = &task;
    state.tasks = tasks;
    state.next.store(0);
    state.failure = nullptr;
    state.helpers_busy = static_cast<int>(state.helpers.size());
    ++state.round;
  }
  state.work_ready.notify_all();
  state.work(0);
  std::unique_lock lock(state.mutex);
  state.work_done.wait(lock, [&] { return state.helpers_busy == 0; });
  if (state.failure) std::rethrow_exception(std::exchange(state.failure, nullptr));
}

}  // namespace cohort
