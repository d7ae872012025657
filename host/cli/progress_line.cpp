#include "host/cli/progress_line.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "cohort/memory.hpp"
#include "cohort/wording.hpp"

namespace cohort::cli {

namespace {

std::string amount(std::int64_t value, std::string_view unit) {
  if (unit == "bytes") return readable_bytes(static_cast<double>(value));
  return fmt::format("{} {}", value, unit);
}

}  // namespace

std::string progress_text(const Progress& progress, double seconds) {
  std::string text = fmt::format("{}: {}", progress.stage, amount(progress.done, progress.unit));
  const bool total_known = progress.total > 0 && progress.done > 0;
  const double part =
      total_known ? static_cast<double>(progress.done) / static_cast<double>(progress.total) : 0;
  if (total_known) {
    text += fmt::format(" of {} ({:.0f} %)", amount(progress.total, progress.unit), part * 100);
  }
  if (progress.rows > 0) {
    const auto rate = static_cast<std::int64_t>(static_cast<double>(progress.rows) / seconds);
    text += fmt::format(", {} rows/s", thousands(rate));
  }
  if (total_known) text += fmt::format(", {:.0f} s left", seconds * (1 - part) / part);
  if (!progress.found_unit.empty())
    text += fmt::format(", {}", amount(progress.found, progress.found_unit));
  return text;
}

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
  std::string line = "\r\x1b[K" + progress_text(progress, since_start.count());
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
