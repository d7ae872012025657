#include "host/cli/interrupt.hpp"

#include <array>
#include <string_view>
#include <thread>

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "cohort/report.hpp"

namespace cohort::cli {

namespace {

constexpr std::array<int, 3> kSignals = {SIGINT, SIGTERM, SIGHUP};

void wait_and_leave(const sigset_t& signals) {
  int received = 0;
  if (sigwait(&signals, &received) != 0) return;
  discard_unfinished_outputs();
  constexpr std::string_view message =
      "\ncohort: interrupted; nothing half written is left behind\n";
  if (received == SIGINT) {
    [[maybe_unused]] const auto written = write(STDERR_FILENO, message.data(), message.size());
  }
  _exit(128 + received);
}

}  // namespace

void watch_interrupts() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : kSignals) {
    // nohup and background jobs ask for a signal to be ignored: leave it so.
    struct sigaction current {};
    if (sigaction(signal, nullptr, &current) == 0 && current.sa_handler == SIG_IGN) continue;
    sigaddset(&signals, signal);
  }
  // Blocked here, and so in every thread started later: only the watcher sees them.
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread([signals] { wait_and_leave(signals); }).detach();
}

}  // namespace cohort::cli
