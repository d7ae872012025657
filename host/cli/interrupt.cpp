#include "host/cli/interrupt.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <string_view>
#include <thread>

#include <semaphore.h>
#include <signal.h>
#include <unistd.h>

#include "cohort/report.hpp"

namespace cohort::cli {

namespace {

constexpr std::array<int, 3> kSignals = {SIGINT, SIGTERM, SIGHUP};

sem_t arrived;
std::atomic<int> received{0};

sigset_t watched() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : kSignals) sigaddset(&signals, signal);
  return signals;
}

// Runs in the thread that watches, or in one that a library started before main(): those do not
// block the signals. A semaphore may be posted from here; files may not be removed.
void on_signal(int signal) {
  received = signal;
  sem_post(&arrived);
}

void wait_and_leave() {
  const sigset_t signals = watched();
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  while (sem_wait(&arrived) != 0 && errno == EINTR) {
  }
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
  sem_init(&arrived, 0, 0);
  for (const int signal : kSignals) {
    // nohup and background jobs ask for a signal to be ignored: leave it so.
    struct sigaction current {};
    if (sigaction(signal, nullptr, &current) == 0 && current.sa_handler == SIG_IGN) continue;
    struct sigaction ours {};
    ours.sa_handler = on_signal;
    ours.sa_flags = SA_RESTART;
    sigemptyset(&ours.sa_mask);
    sigaction(signal, &ours, nullptr);
  }
  // Ours are not to be interrupted at whatever they do; threads made from here on inherit it.
  const sigset_t signals = watched();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread(wait_and_leave).detach();
}

}  // namespace cohort::cli
