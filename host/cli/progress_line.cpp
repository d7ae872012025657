#include "host/cli/progress_line.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "cohort/memory.hpp"

namespace cohort::cli {

namespace {

std::string amount(std::int64_t value, std::string_view unit) {
  if (unit == "bytes") return readable_bytes(static_cast<double>(value));
  return fmt::format("{} {}", value, unit);
}

}  // namespace

ProgressListener ProgressLine::listener() {
  if (!wanted_) return {};
  return [this](const Progress& progress) { show(progress); };
}

void ProgressLine::show(const Progress& progress) {
  const auto now = Clock::now();
  if (progress.stage != stage_) {
    stage_ = progress.stage;
    stage_start_ = now;
  }
  const std::chrono::duration<double> since_start = now - stage_start_;
  const std::chrono::duration<double> since_drawn = now - last_drawn_;
  if (since_start.count() < 0.5 || since_drawn.count() < 0.1) return;
  std::string line = fmt::format("\r\x1b[K{}: {}", stage_, amount(progress.done, progress.unit));
  if (progress.total > 0 && progress.done > 0) {
    const double part = static_cast<double>(progress.done) / static_cast<double>(progress.total);
    line += fmt::format(" of {} ({:.0f} %), {:.0f} s left", amount(progress.total, progress.unit),
                        part * 100, since_start.count() * (1 - part) / part);
  }
  if (!progress.found_unit.empty()) line += ", " + amount(progress.found, progress.found_unit);
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fflush(stderr);
  last_drawn_ = now;
  drawn_ = true;
}

void ProgressLine::clear() {
  if (!drawn_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace cohort::cli
