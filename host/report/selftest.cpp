#include "cohort/selftest.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cohort/report.hpp"
#include "cohort/wording.hpp"

#include "host/report/json.hpp"
#include "host/report/style.hpp"
#include "host/report/text.hpp"

namespace cohort {

namespace {

using report::padded;
using report::padded_left;
using report::Page;
using report::Tone;

constexpr int kOperation = 29, kShape = 20, kTime = 10;

std::int64_t failures(const Selftest& selftest) {
  return std::count_if(selftest.checks.begin(), selftest.checks.end(),
                       [](const SelftestCheck& check) { return !check.difference.empty(); });
}

}  // namespace

std::string selftest_report(const Selftest& selftest, const TerminalStyle& style) {
  Page page(style);
  page.heading("Selftest", selftest.tested + " against " + selftest.reference);
  page.line(page.painted(
      Tone::dim, "  " + padded("operation", kOperation) + padded("rows x features", kShape) +
                     padded_left("reference", kTime) + padded_left("tested", kTime) + "  result"));
  for (const SelftestCheck& check : selftest.checks) {
    const bool equal = check.difference.empty();
    page.line("  " + padded(check.operation, kOperation) + padded(check.shape, kShape) +
              padded_left(duration(check.reference_seconds), kTime) +
              padded_left(duration(check.seconds), kTime) + "  " +
              page.painted(equal ? Tone::plain : Tone::strong, equal ? "equal" : "DIFFERS"));
    if (!equal) page.paragraph("    ", "they part at " + check.difference);
  }
  page.line("");
  const auto all = std::ssize(selftest.checks);
  page.line(selftest.passed()
                ? fmt::format("All {} operations give the same result.", all)
                : fmt::format("{} of {} operations differ: this device's results cannot be "
                              "trusted.",
                              failures(selftest), all));
  return page.take();
}

std::string selftest_json(const Selftest& selftest) {
  report::Json checks = report::Json::array();
  for (const SelftestCheck& check : selftest.checks)
    checks.push_back({{"operation", check.operation},
                      {"shape", check.shape},
                      {"reference_seconds", check.reference_seconds},
                      {"seconds", check.seconds},
                      {"equal", check.difference.empty()},
                      {"difference", check.difference}});
  return report::pretty({{"reference", selftest.reference},
                         {"tested", selftest.tested},
                         {"passed", selftest.passed()},
                         {"checks", checks}});
}

}  // namespace cohort
