#pragma once
/// Runs the built program as a person would and keeps what it said.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <sys/wait.h>

namespace cohort::testing {

/// A directory of its own, gone at the end.
class Workspace {
 public:
  Workspace() {
    std::string name = (std::filesystem::temp_directory_path() / "cohort-test-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~Workspace() { std::filesystem::remove_all(path_); }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string operator/(const std::string& name) const {
    return (path_ / name).string();
  }
  /// Writes a file and returns its path.
  [[nodiscard]] std::string file(const std::string& name, const std::string& content) const {
    std::ofstream(path_ / name, std::ios::binary) << content;
    return *this / name;
  }

 private:
  std::filesystem::path path_;
};

[[nodiscard]] inline std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Outcome {
  int code = 0;
  std::string out;
  std::string err;
};

/// `arguments` go through the shell, so they can redirect and pipe; "cohort" in front is the built
/// program.
[[nodiscard]] inline Outcome run_shell(const std::string& command) {
  const Workspace scratch;
  const std::string line = "cohort() { '" COHORT_PROGRAM "' \"$@\"; }\n{ " + command + "\n} >'" +
                           (scratch / "out") + "' 2>'" + (scratch / "err") + "'";
  const std::string script = scratch.file("script", line);
  const int status = std::system(("bash '" + script + "' </dev/null").c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
          content_of(scratch / "out"), content_of(scratch / "err")};
}

[[nodiscard]] inline Outcome cohort_program(const std::string& arguments) {
  return run_shell("cohort " + arguments);
}

}  // namespace cohort::testing
