#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cohort/wording.hpp"

#include "host/report/sections.hpp"
#include "host/report/stages.hpp"
#include "host/report/text.hpp"

namespace cohort::report {
namespace {

constexpr std::size_t kNamedFeatures = 16;
constexpr std::size_t kNoticesOfATopic = 4;
constexpr std::size_t kNamedPairs = 8;

std::string rows_read(const Analysis& analysis) {
  const auto rows = analysis.features.kept_rows();
  std::string text = rows == analysis.input_rows ? counted(rows, "row")
                                                 : fmt::format("{} of {}", thousands(rows),
                                                               counted(analysis.input_rows, "row"));
  if (analysis.distinct_rows > 0 && analysis.distinct_rows < rows) {
    text += fmt::format(" ({} distinct)", thousands(analysis.distinct_rows));
  }
  return text;
}

/// Notices of one level, those of one topic together, topics in the order they first appear.
std::vector<std::vector<const Notice*>> by_topic(const Notices& notices, Notice::Level level) {
  std::vector<std::vector<const Notice*>> groups;
  for (const Notice& notice : notices) {
    if (notice.level != level) continue;
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
      return group.front()->topic == notice.topic;
    });
    if (same == groups.end()) {
      groups.push_back({&notice});
    } else {
      same->push_back(&notice);
    }
  }
  return groups;
}

void write_level(Page& page, const Notices& notices, Notice::Level level, std::string_view title,
                 std::string_view mark, Tone mark_tone) {
  const auto groups = by_topic(notices, level);
  if (groups.empty()) return;
  page.heading(title);
  for (const auto& group : groups) {
    const std::size_t shown =
        group.size() <= kNoticesOfATopic + 1 ? group.size() : kNoticesOfATopic;
    for (std::size_t i = 0; i < shown; ++i) {
      page.paragraph(mark, printable(group[i]->text), Tone::plain, mark_tone);
    }
    const auto rest = static_cast<std::int64_t>(group.size() - shown);
    if (rest > 0) {
      page.paragraph("    ",
                     fmt::format("and {} more about {}; the JSON report has them all",
                                 thousands(rest), printable(group.front()->topic)),
                     Tone::dim);
    }
  }
}

}  // namespace

void write_source(Page& page, const Analysis& analysis) {
  const auto& features = analysis.features.features;
  page.paragraph("",
                 fmt::format("{}: {}, {}", printable(analysis.source), rows_read(analysis),
                             counted(static_cast<std::int64_t>(features.size()), "feature")),
                 Tone::strong);
  std::vector<std::string> names;
  for (const Feature& feature : features) names.push_back(printable(feature.name));
  if (!names.empty()) page.paragraph("  ", listed(names, kNamedFeatures));
  page.paragraph("  ",
                 fmt::format("{} · seed {} · {}", printable(analysis.recipe), analysis.seed,
                             printable(analysis.device)),
                 Tone::dim);
}

void write_notices(Page& page, const Notices& notices) {
  write_level(page, notices, Notice::Level::decision, "Decisions", "  · ", Tone::dim);
  write_level(page, notices, Notice::Level::warning, "Warnings", "  ! ", Tone::accent);
}

void write_near_duplicates(Page& page, const Analysis& analysis) {
  if (analysis.near_duplicates.empty()) return;
  const bool under_warnings =
      std::any_of(analysis.notices.begin(), analysis.notices.end(),
                  [](const Notice& notice) { return notice.level == Notice::Level::warning; });
  if (!under_warnings) page.heading("Warnings");
  std::vector<std::string> pairs;
  for (const MatchingPair& pair : analysis.near_duplicates) {
    pairs.push_back(fmt::format("{}~{}", thousands(pair.i + 1), thousands(pair.j + 1)));
  }
  page.paragraph("  ! ", fmt::format("Rows much alike: {}.", listed(pairs, kNamedPairs)),
                 Tone::plain, Tone::accent);
}

void write_timings(Page& page, std::span<const Timing> timings) {
  if (timings.empty()) return;
  constexpr int widest_stage = 28, duration_width = 11;
  double total = 0;
  int stage_width = display_width("total");
  for (const Timing& timing : timings) {
    total += timing.seconds;
    stage_width = std::max(stage_width, display_width(stage_in_words(timing.stage)));
  }
  stage_width = std::min(stage_width, widest_stage);
  const int device_width = page.width() - 2 - stage_width - 2 - duration_width - 2;
  page.heading("Time");
  const auto write = [&](std::string_view stage, double seconds, std::string_view device) {
    page.line(fmt::format("  {}  {}  {}",
                          padded(truncated(stage_in_words(stage), stage_width), stage_width),
                          padded_left(duration(seconds), duration_width),
                          page.painted(Tone::dim, truncated(printable(device), device_width))));
  };
  for (const Timing& timing : timings) write(timing.stage, timing.seconds, timing.device);
  write("total", total, "");
}

}  // namespace cohort::report
