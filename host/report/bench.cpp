#include "cohort/bench.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "cohort/report.hpp"
#include "cohort/wording.hpp"

#include "host/report/json.hpp"
#include "host/report/style.hpp"
#include "host/report/text.hpp"

namespace cohort {

namespace {

using report::Json;
using report::padded;
using report::padded_left;
using report::Page;
using report::Tone;

/// Bytes a second of a line on one side; 0 where arithmetic is its bound.
double speed(const BenchLine& line, const std::optional<BenchTime>& time) {
  return time && line.bytes > 0 && time->median > 0 ? line.bytes / time->median : 0;
}

std::string gigabytes(double bytes_a_second) {
  return bytes_a_second > 0 ? fmt::format("{:.1f}", bytes_a_second / 1e9) : "";
}

std::string share_of(double bytes_a_second, double copy) {
  return bytes_a_second > 0 && copy > 0 ? fmt::format("{:.0f}%", 100 * bytes_a_second / copy) : "";
}

std::string time_text(const std::optional<BenchTime>& time) {
  return time ? duration(time->median) : "";
}

std::string ratio(const BenchLine& line) {
  if (!line.cpu || !line.gpu) return "";
  if (!line.difference.empty()) return "DIFFER";
  return line.gpu->median > 0 ? fmt::format("{:.1f} x", line.cpu->median / line.gpu->median) : "";
}

constexpr std::size_t kColumns = 9, kCpuSpeed = 3, kCpuShare = 4, kRatio = 8;
using Cells = std::array<std::string, kColumns>;

constexpr std::array<std::string_view, kColumns> kNames = {
    "operation", "shape", "CPU", "GB/s", "of copy", "GPU", "GB/s", "of copy", "ratio"};

Cells cells_of(const Bench& bench, const BenchLine& line) {
  const double cpu = speed(line, line.cpu);
  const double gpu = speed(line, line.gpu);
  return {line.operation,
          line.shape,
          time_text(line.cpu),
          gigabytes(cpu),
          share_of(cpu, bench.cpu_copy),
          time_text(line.gpu),
          gigabytes(gpu),
          share_of(gpu, bench.gpu_copy),
          ratio(line)};
}

/// Which columns have something to say: a side that was not timed is left out.
std::array<bool, kColumns> shown_columns(const Bench& bench) {
  const bool cpu = bench.cpu_copy > 0;
  const bool gpu = bench.gpu_copy > 0;
  return {true, true, cpu, cpu, cpu, gpu, gpu, gpu, cpu && gpu};
}

std::vector<std::string> headers(const Bench& bench) {
  std::vector<std::string> lines;
  if (bench.cpu_copy > 0)
    lines.push_back(fmt::format("{}: copies at {:.1f} GB/s", bench.cpu, bench.cpu_copy / 1e9));
  lines.push_back(bench.gpu_copy > 0
                      ? fmt::format("{}: copies at {:.1f} GB/s", bench.gpu, bench.gpu_copy / 1e9)
                      : "No GPU was timed.");
  return lines;
}

constexpr std::string_view kLegend =
    "Medians of runs after a first one; of passes and iterations, one. GB/s: the least that must "
    "be moved, by that time; beside what a copy reaches, read and written. Empty where arithmetic "
    "is the bound.";

Json time_json(const std::optional<BenchTime>& time) {
  if (!time) return nullptr;
  return {{"median", time->median}, {"least", time->least}, {"most", time->most}};
}

}  // namespace

std::string bench_report(const Bench& bench, const TerminalStyle& style) {
  std::array<bool, kColumns> shown = shown_columns(bench);
  // With both sides, 80 columns hold the speed of the GPU alone; Markdown and JSON have the other.
  if (shown[kRatio]) shown[kCpuSpeed] = shown[kCpuShare] = false;
  std::vector<Cells> rows(1);
  for (std::size_t c = 0; c < kColumns; ++c) rows[0][c] = kNames[c];
  for (const BenchLine& line : bench.lines) rows.push_back(cells_of(bench, line));
  std::array<int, kColumns> widths = {};
  for (const Cells& row : rows)
    for (std::size_t c = 0; c < kColumns; ++c)
      widths[c] = std::max(widths[c], report::display_width(row[c]));

  Page page(style);
  page.heading("Bench");
  for (const std::string& header : headers(bench)) page.line("  " + header);
  page.line("");
  for (const Cells& row : rows) {
    std::string text;
    for (std::size_t c = 0; c < kColumns; ++c) {
      if (!shown[c]) continue;
      text += "  " + (c < 2 ? padded(row[c], widths[c]) : padded_left(row[c], widths[c]));
    }
    page.line(page.painted(&row == rows.data() ? Tone::dim : Tone::plain, text));
  }
  for (const BenchLine& line : bench.lines)
    if (!line.difference.empty())
      page.paragraph("  ", line.operation + ", " + line.shape + ": the results part at " +
                               line.difference + "; no ratio is given");
  page.line("");
  page.paragraph("  ", kLegend, Tone::dim);
  return page.take();
}

std::string bench_markdown(const Bench& bench) {
  const std::array<bool, kColumns> shown = shown_columns(bench);
  std::string text;
  for (const std::string& header : headers(bench)) text += "- " + header + "\n";
  text += "\n";
  const auto write_row = [&](const auto& cells) {
    text += "|";
    for (std::size_t c = 0; c < kColumns; ++c)
      if (shown[c]) text += fmt::format(" {} |", cells[c]);
    text += "\n";
  };
  write_row(kNames);
  text += "|";
  for (std::size_t c = 0; c < kColumns; ++c)
    if (shown[c]) text += c < 2 ? "---|" : "---:|";
  text += "\n";
  for (const BenchLine& line : bench.lines) write_row(cells_of(bench, line));
  return text + "\n" + std::string(kLegend) + "\n";
}

std::string bench_json(const Bench& bench) {
  Json lines = Json::array();
  for (const BenchLine& line : bench.lines)
    lines.push_back({{"operation", line.operation},
                     {"shape", line.shape},
                     {"bytes", line.bytes},
                     {"cpu", time_json(line.cpu)},
                     {"gpu", time_json(line.gpu)},
                     {"equal", line.cpu && line.gpu ? Json(line.difference.empty()) : Json()},
                     {"difference", line.difference}});
  return report::pretty({{"cpu", bench.cpu},
                         {"gpu", bench.gpu},
                         {"cpu_copy_bytes_per_second", bench.cpu_copy},
                         {"gpu_copy_bytes_per_second", bench.gpu_copy},
                         {"lines", lines}});
}

}  // namespace cohort
