#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <thread>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cohort/error.hpp"
#include "cohort/report.hpp"

namespace cohort {
namespace {

namespace fs = std::filesystem;

class Outputs : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "outputs.XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    place_ = name;
  }
  void TearDown() override { fs::remove_all(place_); }

  [[nodiscard]] std::string at(const std::string& name) const { return (place_ / name).string(); }

  static OutputFile file(const std::string& name, const std::string& text) {
    return {name, [text](const TextSink& sink) { sink(text); }};
  }
  static std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  static std::set<std::string> entries(const fs::path& dir) {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(dir)) names.insert(entry.path().filename());
    return names;
  }

  /// What write_outputs throws, its exit code first.
  static std::pair<ExitCode, std::string> refusal(const std::string& dir,
                                                  const std::vector<OutputFile>& files,
                                                  bool force = false) {
    try {
      write_outputs(dir, files, force);
    } catch (const Error& error) {
      return {error.code(), error.what()};
    }
    return {ExitCode::ok, "nothing thrown"};
  }

  fs::path place_;
  const std::vector<OutputFile> files_ = {file("a.csv", "row\n0\n"), file("b.json", "{}\n")};
  using Names = std::set<std::string>;
};

TEST_F(Outputs, ANewDirectoryAppearsWithAllFiles) {
  for (const std::string name : {"out", "slashes//"}) {
    write_outputs(at(name), files_, false);
    EXPECT_EQ(entries(at(name)), (Names{"a.csv", "b.json"}));
    EXPECT_EQ(content(at(name) + "/a.csv"), "row\n0\n");
  }
  EXPECT_EQ(entries(place_), (Names{"out", "slashes"}));
}

TEST_F(Outputs, FilesJoinOthersInADirectoryThatIsThere) {
  fs::create_directory(at("out"));
  std::ofstream(at("out/notes.txt")) << "mine";
  write_outputs(at("out"), files_, false);
  EXPECT_EQ(entries(at("out")), (Names{"a.csv", "b.json", "notes.txt"}));
  EXPECT_EQ(content(at("out/notes.txt")), "mine");
}

TEST_F(Outputs, PermissionsAreThoseOfOrdinaryFiles) {
  const mode_t before = ::umask(022);
  write_outputs(at("out"), files_, false);
  ::umask(before);
  EXPECT_EQ(static_cast<int>(fs::status(at("out")).permissions()), 0755);
  EXPECT_EQ(static_cast<int>(fs::status(at("out/a.csv")).permissions()), 0644);
}

TEST_F(Outputs, ExistingFilesAreNamedAndKeptUnlessForced) {
  write_outputs(at("out"), files_, false);
  const std::vector<OutputFile> again = {file("c.csv", "new"), file("a.csv", "new"),
                                         file("b.json", "new")};
  const auto [code, text] = refusal(at("out"), again);
  EXPECT_EQ(code, ExitCode::usage);
  EXPECT_EQ(text, at("out") +
                      " already holds a.csv, b.json; --force overwrites them, or name "
                      "another directory");
  EXPECT_EQ(entries(at("out")), (Names{"a.csv", "b.json"}));
  EXPECT_EQ(content(at("out/a.csv")), "row\n0\n");

  write_outputs(at("out"), again, true);
  EXPECT_EQ(entries(at("out")), (Names{"a.csv", "b.json", "c.csv"}));
  EXPECT_EQ(content(at("out/a.csv")), "new");
}

TEST_F(Outputs, ADanglingLinkCountsAsAFileThatIsThere) {
  fs::create_directory(at("out"));
  fs::create_symlink(at("nowhere"), at("out/a.csv"));
  EXPECT_EQ(refusal(at("out"), files_).first, ExitCode::usage);
  write_outputs(at("out"), files_, true);
  EXPECT_FALSE(fs::exists(at("nowhere")));
  EXPECT_EQ(content(at("out/a.csv")), "row\n0\n");
}

TEST_F(Outputs, WhatIsNoDirectoryIsRefused) {
  std::ofstream(at("file")) << "mine";
  auto [code, text] = refusal(at("file"), files_, true);
  EXPECT_EQ(code, ExitCode::usage);
  EXPECT_EQ(text, at("file") + " exists and is not a directory");
  EXPECT_EQ(content(at("file")), "mine");
  EXPECT_EQ(refusal(at("file/out"), files_).first, ExitCode::usage);
  EXPECT_EQ(refusal("", files_).first, ExitCode::usage);

  std::tie(code, text) = refusal(at("no/such/out"), files_);
  EXPECT_EQ(code, ExitCode::usage);
  EXPECT_EQ(text, "cannot write " + at("no/such/out") + ": there is no directory " + at("no/such") +
                      "; create it first");

  fs::create_directories(at("out/a.csv"));
  std::tie(code, text) = refusal(at("out"), files_, true);
  EXPECT_EQ(code, ExitCode::usage);
  EXPECT_EQ(text, "cannot write " + at("out/a.csv") + ": it is a directory");
  EXPECT_EQ(entries(at("out")), Names{"a.csv"});
}

TEST_F(Outputs, ARefusingDiskLeavesNothingBehind) {
  const auto [code, text] = refusal("/proc/out", files_);
  EXPECT_EQ(code, ExitCode::unexpected);
  EXPECT_EQ(text.rfind("cannot write /proc/out: ", 0), 0U) << text;
}

TEST_F(Outputs, AReadOnlyDirectoryIsRefused) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write anywhere";
  fs::create_directory(at("locked"));
  ::chmod(at("locked").c_str(), 0555);
  EXPECT_EQ(refusal(at("locked"), files_).second,
            "cannot write " + at("locked") + ": Permission denied");
  EXPECT_EQ(refusal(at("locked/out"), files_).second,
            "cannot write " + at("locked/out") + ": Permission denied");
  ::chmod(at("locked").c_str(), 0755);
}

/// A file-size limit refuses in the middle of a write, as a full disk does.
TEST_F(Outputs, AWriteCutShortLeavesNothingBehind) {
  fs::create_directory(at("there"));
  std::ofstream(at("there/a.csv")) << "mine";
  const std::vector<OutputFile> files = {file("a.csv", "small"),
                                         file("big.csv", std::string(100000, 'x'))};
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit low{4096, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &low);
  const auto fresh = refusal(at("fresh"), files);
  const auto there = refusal(at("there"), files, true);
  ::setrlimit(RLIMIT_FSIZE, &before);

  EXPECT_EQ(fresh.first, ExitCode::unexpected);
  EXPECT_EQ(fresh.second,
            "cannot write " + at("fresh/big.csv") +
                ": File too large; check the folder, its permissions and the space left");
  EXPECT_EQ(there.second,
            "cannot write " + at("there/big.csv") +
                ": File too large; check the folder, its permissions and the space left");
  EXPECT_EQ(entries(place_), Names{"there"});
  EXPECT_EQ(entries(at("there")), Names{"a.csv"});
  EXPECT_EQ(content(at("there/a.csv")), "mine");
}

TEST_F(Outputs, WhatAKilledProcessLeftIsNoObstacle) {
  fs::create_directory(at(".out.cohort-" + std::to_string(::getpid())));
  write_outputs(at("out"), files_, false);
  EXPECT_EQ(entries(at("out")), (Names{"a.csv", "b.json"}));
}

TEST_F(Outputs, DiscardingFromAnotherThreadLeavesAllOrNothing) {
  std::atomic<bool> done = false;
  std::thread watcher([&] {
    while (!done) {
      discard_unfinished_outputs();
      std::this_thread::yield();
    }
  });
  fs::create_directory(at("there"));
  std::vector<OutputFile> files;
  for (int i = 0; i < 8; ++i) files.push_back(file(std::to_string(i), "x"));
  int written = 0, interrupted = 0;
  for (int i = 0; i < 60; ++i) {
    const std::string target = i % 2 == 0 ? "there" : "fresh" + std::to_string(i);
    const ExitCode code = refusal(at(target), files).first;
    written += code == ExitCode::ok;
    interrupted += code == ExitCode::interrupted;
    const std::size_t expected = code == ExitCode::ok ? files.size() : 0;
    EXPECT_EQ(fs::exists(at(target)) ? entries(at(target)).size() : 0, expected);
    for (const OutputFile& file : files) fs::remove(at("there/" + file.name));
  }
  done = true;
  watcher.join();
  EXPECT_EQ(written + interrupted, 60);
  EXPECT_GT(interrupted, 0);
  for (const std::string& name : entries(place_)) EXPECT_NE(name.front(), '.') << name;
}

TEST_F(Outputs, DiscardingNothingDoesNothing) {
  discard_unfinished_outputs();
  write_outputs(at("out"), files_, false);
  discard_unfinished_outputs();
  EXPECT_EQ(entries(at("out")), (Names{"a.csv", "b.json"}));
}

}  // namespace
}  // namespace cohort
