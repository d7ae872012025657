#pragma once
/// What every section of the page is made from.

#include <string>

#include "cohort/analysis.hpp"
#include "cohort/parallel.hpp"
#include "cohort/report.hpp"

namespace cohort::report {

struct Context {
  const Analysis& analysis;
  const HtmlOptions& options;
  ThreadPool& pool;
};

/// A part of the page; one without a body is left out.
struct Section {
  std::string id;
  std::string title;
  std::string body;
};

/// In the order in which a reader asks.
[[nodiscard]] std::string verdict(const Context& context);
[[nodiscard]] std::string alerts(const Context& context);
[[nodiscard]] Section segments_section(const Context& context);
[[nodiscard]] Section profile_section(const Context& context);
[[nodiscard]] Section silhouette_section(const Context& context);
[[nodiscard]] Section map_section(const Context& context);
[[nodiscard]] Section affinity_section(const Context& context);
[[nodiscard]] Section correlation_section(const Context& context);
[[nodiscard]] Section derivation_section(const Context& context);
[[nodiscard]] Section quality_section(const Context& context);
[[nodiscard]] Section reproduce_section(const Context& context);
/// What was measured, the only part that differs from run to run.
[[nodiscard]] Section run_section(const Context& context);

}  // namespace cohort::report
