#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cohort/error.hpp"
#include "cohort/report.hpp"

namespace cohort {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void disk_refused(const fs::path& path, int error) {
  throw Error(
      ExitCode::unexpected,
      fmt::format("cannot write {}: {}; check the folder, its permissions and the space left",
                  path.string(), std::generic_category().message(error)));
}

/// Staging directories not yet published. Whoever holds the mutex may take one away, and a writer
/// whose directory is gone stops: nothing appears after a discard, and none cuts a publication in
/// two.
class Unfinished {
 public:
  /// Makes a fresh hidden directory `prefix`, or `prefix-1`, ... where a killed process left one.
  fs::path make_directory(const fs::path& prefix, const fs::path& shown) {
    const std::lock_guard lock(mutex_);
    fs::path path = prefix;
    for (int attempt = 1; ::mkdir(path.c_str(), 0777) != 0; ++attempt) {
      if (errno != EEXIST || attempt > 1000) disk_refused(shown, errno);
      path = fmt::format("{}-{}", prefix.string(), attempt);
    }
    paths_.push_back(path);
    return path;
  }

  /// Does what must not race with a discard, while `path` still stands.
  template <class Action>
  auto while_standing(const fs::path& path, Action action) {
    const std::lock_guard lock(mutex_);
    if (std::find(paths_.begin(), paths_.end(), path) == paths_.end()) {
      throw Error(ExitCode::interrupted, "interrupted; no output was written");
    }
    return action();
  }

  void discard(const fs::path& path) noexcept {
    const std::lock_guard lock(mutex_);
    if (std::erase(paths_, path) > 0) remove(path);
  }

  void discard_all() noexcept {
    const std::lock_guard lock(mutex_);
    for (const fs::path& path : paths_) remove(path);
    paths_.clear();
  }

 private:
  static void remove(const fs::path& path) noexcept {
    std::error_code ignored;  // there is nobody left to tell
    fs::remove_all(path, ignored);
  }

  std::mutex mutex_;
  std::vector<fs::path> paths_;
};

Unfinished& unfinished() {
  // Never destroyed: a thread that watches for signals may outlive the statics.
  static Unfinished& instance = *new Unfinished;
  return instance;
}

/// A directory that is gone at the end of its scope unless it was renamed away.
class Staging {
 public:
  Staging(const fs::path& prefix, const fs::path& shown)
      : path_(unfinished().make_directory(prefix, shown)) {}
  ~Staging() { unfinished().discard(path_); }
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// A file opened for writing; `shown` is the path its errors name.
class NewFile {
 public:
  NewFile(const fs::path& path, fs::path shown)
      : shown_(std::move(shown)),
        descriptor_(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)) {
    if (descriptor_ < 0) disk_refused(shown_, errno);
  }
  ~NewFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(written));
      } else if (errno != EINTR) {
        disk_refused(shown_, errno);
      }
    }
  }

  /// Onto the disk, and closed: a delayed "disk full" shows here.
  void finish() {
    if (::fsync(descriptor_) != 0) disk_refused(shown_, errno);
    const int closed = ::close(std::exchange(descriptor_, -1));
    if (closed != 0 && errno != EINTR) disk_refused(shown_, errno);
  }

 private:
  fs::path shown_;
  int descriptor_;
};

void stage(const Staging& staging, const fs::path& target, const std::vector<OutputFile>& files) {
  for (const OutputFile& file : files) {
    const auto open = [&] { return NewFile(staging.path() / file.name, target / file.name); };
    NewFile output = unfinished().while_standing(staging.path(), open);
    file.content([&output](std::string_view piece) { output.write(piece); });
    output.finish();
  }
}

void rename_or_throw(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) disk_refused(to, errno);
}

/// The directory in which a new one is to appear.
fs::path parent_of(const fs::path& target) {
  fs::path parent = target.has_parent_path() ? target.parent_path() : fs::path(".");
  if (!fs::is_directory(parent)) {
    throw UsageError(fmt::format("cannot write {}: there is no directory {}; create it first",
                                 target.string(), parent.string()));
  }
  return parent;
}

/// A new directory appears under its name with all files in it.
void publish_directory(const fs::path& target, const std::vector<OutputFile>& files) {
  const fs::path parent = parent_of(target);
  const std::string name = fmt::format(".{}.cohort-{}", target.filename().string(), ::getpid());
  const Staging staging(parent / name, target);
  stage(staging, target, files);
  unfinished().while_standing(staging.path(), [&] { rename_or_throw(staging.path(), target); });
}

/// Files appear one after the other in a directory that is there, each whole, none before all are
/// on the disk.
void publish_files(const fs::path& target, const std::vector<OutputFile>& files) {
  const Staging staging(target / fmt::format(".cohort-{}", ::getpid()), target);
  stage(staging, target, files);
  unfinished().while_standing(staging.path(), [&] {
    for (const OutputFile& file : files) {
      rename_or_throw(staging.path() / file.name, target / file.name);
    }
  });
}

void refuse_existing(const fs::path& target, const std::vector<std::string>& names, bool force) {
  std::string existing;
  for (const std::string& name : names) {
    const fs::path path = target / name;
    const fs::file_status status = fs::symlink_status(path);
    if (fs::is_directory(status)) {
      throw UsageError(fmt::format("cannot write {}: it is a directory", path.string()));
    }
    if (fs::exists(status)) existing += (existing.empty() ? "" : ", ") + name;
  }
  if (existing.empty() || force) return;
  throw UsageError(
      fmt::format("{} already holds {}; --force overwrites them, or name another directory",
                  target.string(), existing));
}

/// What the path names, without trailing slashes. \return whether it is a directory already
bool is_existing_directory(const std::string& dir, fs::path& target) {
  if (dir.empty()) throw UsageError("the output directory has no name");
  target = dir;
  while (!target.has_filename() && target.has_relative_path()) target = target.parent_path();
  if (!fs::exists(fs::symlink_status(target))) return false;
  if (fs::is_directory(target)) return true;
  throw UsageError(fmt::format("{} exists and is not a directory", target.string()));
}

/// A path that a file may be published under.
fs::path checked_file(const std::string& path, bool force) {
  const fs::path target = path;
  const fs::file_status status = fs::status(target);
  if (!target.has_filename() || fs::is_directory(status))
    throw UsageError(fmt::format("cannot write {}: it is a directory", path));
  if (fs::exists(status) && !fs::is_regular_file(status))
    throw UsageError(fmt::format(
        "cannot write {}: it is not a regular file; - writes to standard output", path));
  if (fs::exists(fs::symlink_status(target)) && !force)
    throw UsageError(
        fmt::format("{} exists already; --force overwrites it, or name another file", path));
  return target;
}

class StagedOutput : public WholeOutput {
 public:
  explicit StagedOutput(fs::path target)
      : target_(std::move(target)),
        staging_(parent_of(target_) /
                     fmt::format(".{}.cohort-{}", target_.filename().string(), ::getpid()),
                 target_),
        draft_(staging_.path() / target_.filename()),
        file_(unfinished().while_standing(staging_.path(),
                                          [this] { return NewFile(draft_, target_); })) {}

  void write(std::string_view bytes) override { file_.write(bytes); }

  void publish() override {
    file_.finish();
    unfinished().while_standing(staging_.path(), [&] { rename_or_throw(draft_, target_); });
  }

 private:
  fs::path target_;
  Staging staging_;
  fs::path draft_;
  NewFile file_;
};

}  // namespace

std::unique_ptr<WholeOutput> open_output(const std::string& path, bool force) {
  try {
    return std::make_unique<StagedOutput>(checked_file(path, force));
  } catch (const fs::filesystem_error& error) {
    disk_refused(path, error.code().value());
  }
}

void check_outputs(const std::string& dir, const std::vector<std::string>& names, bool force) {
  fs::path target;
  try {
    const bool exists = is_existing_directory(dir, target);
    const fs::path holder = exists ? target : parent_of(target);
    if (exists) refuse_existing(target, names, force);
    if (::access(holder.c_str(), W_OK) != 0) disk_refused(target, errno);
  } catch (const fs::filesystem_error& error) {
    disk_refused(target, error.code().value());
  }
}

void write_outputs(const std::string& dir, const std::vector<OutputFile>& files, bool force) {
  std::vector<std::string> names;
  for (const OutputFile& file : files) names.push_back(file.name);
  fs::path target;
  try {
    if (!is_existing_directory(dir, target)) return publish_directory(target, files);
    refuse_existing(target, names, force);
    publish_files(target, files);
  } catch (const fs::filesystem_error& error) {
    disk_refused(target, error.code().value());
  }
}

void discard_unfinished_outputs() noexcept {
  unfinished().discard_all();
}

}  // namespace cohort
