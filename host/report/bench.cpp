#include "cohort/bench.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "cohort/memory.hpp"
#include "cohort/report.hpp"
#include "cohort/wording.hpp"

#include "host/report/csv_text.hpp"
#include "host/report/json.hpp"
#include "host/report/style.hpp"
#include "host/report/text.hpp"

namespace cohort {

namespace {

using report::CsvText;
using report::Json;
using report::padded;
using report::padded_left;
using report::Page;
using report::Tone;

/// One device's side of a line.
struct Side {
  const std::optional<BenchTime>& time;
  double bytes = 0;                          ///< a second; 0 where they are not the bound
  double multiply_adds = 0;                  ///< a second; 0 where there are few
  double of_copy = 0, of_multiply_adds = 0;  ///< shares of what is measured; 0 = none
};

double by_second(double amount, const std::optional<BenchTime>& time) {
  return time && time->median > 0 ? amount / time->median : 0;
}

Side side_of(const BenchLine& line, const std::optional<BenchTime>& time, double copy,
             double multiply_adds) {
  Side side{time, by_second(line.bytes, time), by_second(line.multiply_adds, time)};
  if (copy > 0) side.of_copy = side.bytes / copy;
  if (multiply_adds > 0) side.of_multiply_adds = side.multiply_adds / multiply_adds;
  return side;
}

Side cpu_side(const Bench& bench, const BenchLine& line) {
  return side_of(line, line.cpu, bench.cpu_copy, bench.cpu_multiply_adds);
}

Side gpu_side(const Bench& bench, const BenchLine& line) {
  return side_of(line, line.gpu, bench.gpu_copy, 0);
}

/// Nothing for a time that could not be told.
std::string time_text(double seconds) {
  return seconds > 0 ? duration(seconds) : "";
}

std::string billions(double a_second) {
  return a_second > 0 ? fmt::format("{:.1f}", a_second / 1e9) : "";
}

/// Half the way from the lower to the upper quartile, beside the median.
std::string spread(const BenchTime& time) {
  const double range = time.upper_quartile - time.lower_quartile;
  return time.median > 0 && range > 0 ? fmt::format("{:.0f}%", 50 * range / time.median) : "";
}

/// Of the ceiling that is nearer.
std::string of_ceiling(const Side& side) {
  const double share = std::max(side.of_copy, side.of_multiply_adds);
  if (share <= 0) return "";
  return fmt::format("{:.0f}% {}", 100 * share, share == side.of_copy ? "copy" : "fma");
}

std::string ratio(const BenchLine& line) {
  if (!line.cpu || !line.gpu) return "";
  if (!line.difference.empty()) return "DIFFER";
  const bool told = line.cpu->median > 0 && line.gpu->median > 0;
  return told ? fmt::format("{:.1f} x", line.cpu->median / line.gpu->median) : "";
}

constexpr std::size_t kTexts = 2, kOfSide = 6, kColumns = kTexts + 2 * kOfSide + 1;
using Cells = std::array<std::string, kColumns>;

constexpr std::array<std::string_view, kColumns> kNames = {
    "operation", "shape", "cold", "CPU",  "±",      "GB/s",       "Gfma/s", "of ceiling",
    "cold",      "GPU",   "±",    "GB/s", "Gfma/s", "of ceiling", "ratio"};

/// What a narrow terminal does without, the first first: places within a side.
constexpr std::array<std::size_t, 4> kDispensable = {4, 3, 2, 0};

Cells cells_of(const Bench& bench, const BenchLine& line) {
  Cells cells = {line.operation, line.shape};
  std::size_t c = kTexts;
  for (const Side& side : {cpu_side(bench, line), gpu_side(bench, line)}) {
    const BenchTime time = side.time.value_or(BenchTime());
    for (std::string& text :
         std::array{time_text(time.cold), time_text(time.median), spread(time),
                    billions(side.bytes), billions(side.multiply_adds), of_ceiling(side)})
      cells[c++] = std::move(text);
  }
  cells[c] = ratio(line);
  return cells;
}

/// The columns that have something to say.
std::array<bool, kColumns> shown_columns(const Bench& bench) {
  std::array<bool, kColumns> shown = {true, true};
  for (const BenchLine& line : bench.lines) {
    const Cells cells = cells_of(bench, line);
    for (std::size_t c = kTexts; c < kColumns; ++c) shown[c] = shown[c] || !cells[c].empty();
  }
  return shown;
}

std::vector<std::string> headers(const Bench& bench) {
  std::vector<std::string> lines;
  const auto size = [](std::int64_t bytes) { return readable_bytes(static_cast<double>(bytes)); };
  lines.push_back(fmt::format("{}, {} of memory", bench.host.processor, size(bench.host.memory)));
  if (bench.cpu_copy > 0)
    lines.push_back(fmt::format("{}: copies at {:.1f} GB/s, {:.1f} Gfma/s in float32", bench.cpu,
                                bench.cpu_copy / 1e9, bench.cpu_multiply_adds / 1e9));
  lines.push_back(bench.gpu_copy > 0 ? fmt::format("{}, {}: copies at {:.1f} GB/s", bench.gpu,
                                                   size(bench.gpu_memory), bench.gpu_copy / 1e9)
                                     : "No GPU was timed.");
  lines.push_back(fmt::format("at most {} of the host's memory in use", size(bench.peak_memory)));
  return lines;
}

constexpr std::string_view kLegend =
    "cold: the first run. Then the median of the runs after it, and ±, half of the range between "
    "their quartiles. Of passes and iterations, one, as the shortest runs of more and of fewer "
    "give "
    "it: in the 2nd pass from rows as centres many labels change, in the late passes, 11 to 20, "
    "few; empty where a fit ended sooner. GB/s: the least that must be moved, by that time; "
    "Gfma/s: "
    "the least multiplications with their additions. of ceiling: beside the bytes of a copy, read "
    "and written, or the multiply-adds that the processor makes from registers, whichever is "
    "nearer. What fits a cache may exceed a copy; a distance takes a subtraction with each "
    "multiply-add, so half of those is all there is.";

/// "0.98"; empty where there is none.
std::string exponent_text(const std::optional<double>& exponent) {
  return exponent ? fmt::format("{:.2f}", *exponent) : "";
}

constexpr std::string_view kGrowthLegend =
    "Time grows as rows to this power, from the least rows to the most: 1 is linear; less where "
    "the few rows fit a cache less well or cost mostly what any start costs.";

using TextTable = std::vector<std::vector<std::string>>;

/// The growth of every operation; empty where all had the same rows.
TextTable growth_table(const Bench& bench) {
  const bool cpu = bench.cpu_copy > 0;
  const bool gpu = bench.gpu_copy > 0;
  TextTable rows;
  for (const BenchGrowth& line : growth(bench)) {
    if (rows.empty()) {
      rows.push_back({"growth", "shape", "rows"});
      if (cpu) rows.back().emplace_back("CPU");
      if (gpu) rows.back().emplace_back("GPU");
    }
    rows.push_back({line.operation, line.shape,
                    fmt::format("{} to {}", thousands(line.from), thousands(line.to))});
    if (cpu) rows.back().push_back(exponent_text(line.cpu));
    if (gpu) rows.back().push_back(exponent_text(line.gpu));
  }
  return rows;
}

TextTable table_of(const Bench& bench, const std::array<bool, kColumns>& shown) {
  const auto kept = [&](const auto& cells) {
    std::vector<std::string> row;
    for (std::size_t c = 0; c < kColumns; ++c)
      if (shown[c]) row.emplace_back(cells[c]);
    return row;
  };
  TextTable rows = {kept(kNames)};
  for (const BenchLine& line : bench.lines) rows.push_back(kept(cells_of(bench, line)));
  return rows;
}

std::vector<int> widths_of(const TextTable& table) {
  std::vector<int> widths(table.front().size());
  for (const std::vector<std::string>& row : table)
    for (std::size_t c = 0; c < row.size(); ++c)
      widths[c] = std::max(widths[c], report::display_width(row[c]));
  return widths;
}

int width_of(const TextTable& table) {
  int width = 0;
  for (const int column : widths_of(table)) width += 2 + column;
  return width;
}

void write_table(Page& page, const TextTable& table) {
  const std::vector<int> widths = widths_of(table);
  for (const std::vector<std::string>& row : table) {
    std::string text;
    for (std::size_t c = 0; c < row.size(); ++c)
      text += "  " + (c < kTexts ? padded(row[c], widths[c]) : padded_left(row[c], widths[c]));
    page.line(page.painted(&row == table.data() ? Tone::dim : Tone::plain, text));
  }
}

std::string markdown_of(const TextTable& table) {
  std::string text;
  for (const std::vector<std::string>& row : table) {
    text += fmt::format("| {} |\n", fmt::join(row, " | "));
    if (&row != table.data()) continue;
    for (std::size_t c = 0; c < row.size(); ++c) text += c < kTexts ? "|---" : "|---:";
    text += "|\n";
  }
  return text;
}

Json time_json(const std::optional<BenchTime>& time) {
  if (!time) return nullptr;
  return {{"cold", time->cold},
          {"median", time->median},
          {"least", time->least},
          {"most", time->most},
          {"lower_quartile", time->lower_quartile},
          {"upper_quartile", time->upper_quartile}};
}

Json exponent_json(const std::optional<double>& exponent) {
  return exponent ? Json(*exponent) : Json();
}

/// A number that is there, or an empty cell.
void cell_above_zero(CsvText& csv, double value) {
  if (value > 0) {
    csv.cell(value);
  } else {
    csv.no_cell();
  }
}

}  // namespace

std::string bench_report(const Bench& bench, const TerminalStyle& style) {
  std::array<bool, kColumns> shown = shown_columns(bench);
  Page page(style);
  // With both sides a narrow terminal holds the times alone; Markdown, CSV and JSON have the rest.
  for (const std::size_t place : kDispensable) {
    if (width_of(table_of(bench, shown)) <= page.width()) break;
    shown[kTexts + place] = shown[kTexts + kOfSide + place] = false;
  }
  page.heading("Bench");
  for (const std::string& header : headers(bench)) page.paragraph("  ", header);
  page.line("");
  write_table(page, table_of(bench, shown));
  for (const BenchLine& line : bench.lines)
    if (!line.difference.empty())
      page.paragraph("  ", line.operation + ", " + line.shape + ": the results part at " +
                               line.difference + "; no ratio is given");
  page.line("");
  page.paragraph("  ", kLegend, Tone::dim);
  if (const TextTable grown = growth_table(bench); !grown.empty()) {
    page.line("");
    write_table(page, grown);
    page.line("");
    page.paragraph("  ", kGrowthLegend, Tone::dim);
  }
  return page.take();
}

std::string bench_markdown(const Bench& bench) {
  std::string text;
  for (const std::string& header : headers(bench)) text += "- " + header + "\n";
  text += fmt::format("\n{}\n{}\n", markdown_of(table_of(bench, shown_columns(bench))), kLegend);
  if (const TextTable grown = growth_table(bench); !grown.empty())
    text += fmt::format("\n{}\n{}\n", markdown_of(grown), kGrowthLegend);
  return text;
}

std::string bench_csv(const Bench& bench) {
  CsvText csv;
  for (const std::string_view name :
       {"operation", "shape", "rows", "device", "cold_seconds", "median_seconds", "least_seconds",
        "most_seconds", "lower_quartile_seconds", "upper_quartile_seconds", "bytes",
        "bytes_per_second", "of_copy", "multiply_adds", "multiply_adds_per_second",
        "of_multiply_adds", "equal"})
    csv.cell(name);
  csv.end_row();
  for (const BenchLine& line : bench.lines) {
    for (const auto& [device, side] : {std::pair(bench.cpu, cpu_side(bench, line)),
                                       std::pair(bench.gpu, gpu_side(bench, line))}) {
      if (!side.time) continue;
      csv.cell(line.operation).cell(line.shape).cell(line.rows).cell(device);
      cell_above_zero(csv, side.time->cold);
      cell_above_zero(csv, side.time->median);
      cell_above_zero(csv, side.time->least);
      cell_above_zero(csv, side.time->most);
      cell_above_zero(csv, side.time->lower_quartile);
      cell_above_zero(csv, side.time->upper_quartile);
      cell_above_zero(csv, line.bytes);
      cell_above_zero(csv, side.bytes);
      cell_above_zero(csv, side.of_copy);
      cell_above_zero(csv, line.multiply_adds);
      cell_above_zero(csv, side.multiply_adds);
      cell_above_zero(csv, side.of_multiply_adds);
      csv.cell(!line.cpu || !line.gpu ? "" : line.difference.empty() ? "true" : "false");
      csv.end_row();
    }
  }
  return csv.take();
}

std::string bench_json(const Bench& bench) {
  Json lines = Json::array();
  for (const BenchLine& line : bench.lines)
    lines.push_back({{"operation", line.operation},
                     {"shape", line.shape},
                     {"rows", line.rows},
                     {"bytes", line.bytes},
                     {"multiply_adds", line.multiply_adds},
                     {"cpu", time_json(line.cpu)},
                     {"gpu", time_json(line.gpu)},
                     {"equal", line.cpu && line.gpu ? Json(line.difference.empty()) : Json()},
                     {"difference", line.difference}});
  Json grown = Json::array();
  for (const BenchGrowth& line : growth(bench))
    grown.push_back({{"operation", line.operation},
                     {"shape", line.shape},
                     {"from", line.from},
                     {"to", line.to},
                     {"cpu_exponent", exponent_json(line.cpu)},
                     {"gpu_exponent", exponent_json(line.gpu)}});
  return report::pretty({{"processor", bench.host.processor},
                         {"memory", bench.host.memory},
                         {"cpu", bench.cpu},
                         {"gpu", bench.gpu},
                         {"gpu_memory", bench.gpu_memory},
                         {"cpu_copy_bytes_per_second", bench.cpu_copy},
                         {"gpu_copy_bytes_per_second", bench.gpu_copy},
                         {"cpu_multiply_adds_per_second", bench.cpu_multiply_adds},
                         {"peak_memory", bench.peak_memory},
                         {"lines", lines},
                         {"growth", grown}});
}

}  // namespace cohort
