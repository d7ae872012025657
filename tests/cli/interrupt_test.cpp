// Ctrl-C and its relatives: the exit code says so, and nothing half written is left.

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/program.hpp"

namespace cohort::testing {
namespace {

// The shell would report 130 for a process that the signal merely killed, and a process that waits
// for its input has no other threads yet: so Python tells the two apart, and K-means is at work.
Outcome signalled(const Workspace& work, const std::string& signal) {
  const std::string script = work.file("signalled.py", R"(
import signal, subprocess, sys, time
process = subprocess.Popen(sys.argv[2:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
time.sleep(1)
process.send_signal(getattr(signal, sys.argv[1]))
message = process.communicate()[1].decode()
print(process.returncode, message, end="")
)");
  return run_shell(
      "awk 'BEGIN{srand(1); print \"a,b\"; for (i = 0; i < 20000; i++) print rand() "
      "\",\" rand()}' > " +
      (work / "s.csv") + " && exec python3 " + script + " " + signal +
      " '" COHORT_PROGRAM "' kmeans " + (work / "s.csv") +
      " --n-clusters 100 --n-init 100000 --tol 0 --max-iter 100000 --out " + (work / "results"));
}

void expect_only_inputs(const Workspace& work) {
  for (const auto& entry : std::filesystem::directory_iterator(work.path())) {
    EXPECT_THAT(entry.path().filename().string(), ::testing::AnyOf("s.csv", "signalled.py"));
  }
}

TEST(Interrupted, AtWorkSays130AndWhatIsLeft) {
  const Workspace work;
  EXPECT_EQ(signalled(work, "SIGINT").out,
            "130 \ncohort: interrupted; nothing half written is left behind\n");
  expect_only_inputs(work);
}

TEST(Interrupted, TerminatedAtWorkSays143) {
  const Workspace work;
  EXPECT_EQ(signalled(work, "SIGTERM").out, "143 ");
  expect_only_inputs(work);
}

TEST(Interrupted, WaitingForInputLeavesNothing) {
  const Workspace work;
  const Outcome outcome =
      run_shell("sleep 2 | cohort run - --out " + (work / "results") +
                " & sleep 0.5; pkill -INT -f -- 'run - --out " + (work / "results") + "'; wait %1");
  EXPECT_EQ(outcome.code, 130);
  EXPECT_TRUE(std::filesystem::is_empty(work.path()));
}

}  // namespace
}  // namespace cohort::testing
