// Ctrl-C and its relatives: the exit code says so, and nothing half written is left.

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/program.hpp"

namespace cohort::testing {
namespace {

/// The program in a process of its own, its input a pipe in which nothing comes.
class Running {
 public:
  Running(const Workspace& work, std::vector<std::string> arguments) : err_(work.file("err", "")) {
    std::array<int, 2> input{};
    if (pipe(input.data()) != 0) std::abort();
    std::string program = COHORT_PROGRAM;
    std::vector<char*> argv = {program.data()};
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    child_ = fork();
    if (child_ == 0) {
      const int to = open(err_.c_str(), O_WRONLY);
      dup2(input[0], STDIN_FILENO);
      dup2(to, STDOUT_FILENO);
      dup2(to, STDERR_FILENO);
      close(input[1]);
      execv(program.c_str(), argv.data());
      _exit(127);
    }
    close(input[0]);
    input_ = input[1];
  }
  ~Running() { close(input_); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  /// Waits until the program handles SIGINT and has computed for so long, however busy the machine.
  void await(double seconds) const {
    const double ticks = seconds * static_cast<double>(sysconf(_SC_CLK_TCK));
    for (int attempt = 0; attempt < 2000; ++attempt) {
      const std::string status = content_of(fmt::format("/proc/{}/status", child_));
      const std::size_t caught = status.find("SigCgt:");
      const bool ready =
          caught != std::string::npos &&
          (std::stoull(status.substr(caught + 7), nullptr, 16) >> (SIGINT - 1) & 1) != 0;
      if (ready && ticks_used() >= ticks) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    ADD_FAILURE() << "the program did not get to work";
  }

  struct Ending {
    bool exited = false;  ///< rather than killed: a shell reports 130 for both
    int code = 0;
    std::string err;
  };

  [[nodiscard]] Ending after(int signal) const {
    kill(child_, signal);
    int status = 0;
    waitpid(child_, &status, 0);
    return {WIFEXITED(status), WEXITSTATUS(status), content_of(err_)};
  }

 private:
  /// User time, the twelfth field behind the name.
  [[nodiscard]] double ticks_used() const {
    const std::string stat = content_of(fmt::format("/proc/{}/stat", child_));
    std::istringstream fields(stat.substr(std::min(stat.rfind(')') + 1, stat.size())));
    std::string field;
    for (int i = 0; i < 12; ++i) fields >> field;
    return field.empty() ? 0 : std::stod(field);
  }

  std::string err_;
  pid_t child_ = 0;
  int input_ = -1;
};

// K-means is at work in several threads; while a process waits for its input there may be none but
// the one that watches.
Running::Ending signalled_at_work(const Workspace& work, int signal) {
  std::string rows = "a,b\n";
  std::mt19937 draw(1);
  for (int i = 0; i < 20'000; ++i) rows += fmt::format("{},{}\n", draw(), draw());
  const Running running(
      work, {"kmeans", work.file("s.csv", rows), "--n-clusters", "100", "--n-init", "100000",
             "--tol", "0", "--max-iter", "100000", "--out", work / "results"});
  running.await(0.1);
  return running.after(signal);
}

void expect_only_inputs(const Workspace& work) {
  for (const auto& entry : std::filesystem::directory_iterator(work.path())) {
    EXPECT_THAT(entry.path().filename().string(), ::testing::AnyOf("s.csv", "err"));
  }
}

TEST(Interrupted, AtWorkSays130AndWhatIsLeft) {
  const Workspace work;
  const Running::Ending ending = signalled_at_work(work, SIGINT);
  EXPECT_TRUE(ending.exited);
  EXPECT_EQ(ending.code, 130);
  EXPECT_EQ(ending.err, "\ncohort: interrupted; nothing half written is left behind\n");
  expect_only_inputs(work);
}

TEST(Interrupted, TerminatedAtWorkSays143) {
  const Workspace work;
  const Running::Ending ending = signalled_at_work(work, SIGTERM);
  EXPECT_TRUE(ending.exited);
  EXPECT_EQ(ending.code, 143);
  EXPECT_EQ(ending.err, "");
  expect_only_inputs(work);
}

TEST(Interrupted, WaitingForInputSays130) {
  const Workspace work;
  const Running running(work, {"run", "-", "--out", work / "results"});
  running.await(0);
  const Running::Ending ending = running.after(SIGINT);
  EXPECT_TRUE(ending.exited);
  EXPECT_EQ(ending.code, 130);
  expect_only_inputs(work);
}

TEST(Interrupted, GeneratingLeavesNoFile) {
  const Workspace work;
  const Running running(work, {"generate", "--rows", "1e9", "--out", work / "g.csv"});
  running.await(0.1);
  const Running::Ending ending = running.after(SIGINT);
  EXPECT_TRUE(ending.exited);
  EXPECT_EQ(ending.code, 130);
  expect_only_inputs(work);
}

}  // namespace
}  // namespace cohort::testing
