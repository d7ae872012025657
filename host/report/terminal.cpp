#include "cohort/report.hpp"

#include "host/report/sections.hpp"

namespace cohort {

std::string terminal_report(const Analysis& analysis, const TerminalStyle& style) {
  report::Page page(style);
  report::write_source(page, analysis);
  report::write_notices(page, analysis.notices);
  report::write_near_duplicates(page, analysis);
  report::write_correlations(page, analysis);
  report::write_pca(page, analysis);
  report::write_kmeans(page, analysis);
  report::write_affinity(page, analysis);
  report::write_agreement(page, analysis);
  report::write_timings(page, analysis.timings);
  if (analysis.kmeans || analysis.affinity) {
    page.line("");
    page.line(
        page.painted(report::Tone::dim, "Rows are counted from 1 here and from 0 in the files."));
  }
  return page.take();
}

}  // namespace cohort
