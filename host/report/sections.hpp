#pragma once
/// The parts of a report for a terminal, each written onto the page where the analysis has it.

#include <span>
#include <string>

#include "cohort/analysis.hpp"

#include "host/report/style.hpp"

namespace cohort::report {

/// What was read, with what.
void write_source(Page& page, const Analysis& analysis);

/// Decisions and warnings, those of one topic together, long lists cut short.
void write_notices(Page& page, const Notices& notices);

void write_near_duplicates(Page& page, const Analysis& analysis);
void write_correlations(Page& page, const Analysis& analysis);
void write_pca(Page& page, const Analysis& analysis);
void write_kmeans(Page& page, const Analysis& analysis);
void write_affinity(Page& page, const Analysis& analysis);
void write_agreement(Page& page, const Analysis& analysis);
void write_timings(Page& page, std::span<const Timing> timings);

}  // namespace cohort::report
