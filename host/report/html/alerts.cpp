#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cohort/respondents.hpp"
#include "cohort/wording.hpp"

#include "host/report/html/context.hpp"
#include "host/report/html/markup.hpp"
#include "host/report/svg/text.hpp"

namespace cohort::report {
namespace {

constexpr std::size_t kMostAlerts = 12;
/// A segment below either is too small to say much about.
constexpr std::int64_t kFewestRows = 5;
constexpr double kSmallestShare = 0.02;

std::string times_in_words(std::int64_t n) {
  return n == 2 ? "twice" : fmt::format("{} times", thousands(n));
}

std::string near_duplicates_alert(const Analysis& analysis) {
  if (analysis.near_duplicates.empty()) return "";
  const RespondentGroups groups = respondent_groups(analysis.near_duplicates, analysis.input_rows);
  const std::string pairs = counted(std::ssize(analysis.near_duplicates), "pair");
  const std::string alike =
      analysis.near_duplicate_threshold
          ? fmt::format(
                "{} of rows give the same answer to at least {} of the columns both "
                "answered",
                pairs, escaped(short_percent(*analysis.near_duplicate_threshold)))
          : fmt::format("{} of rows give nearly the same answers", pairs);
  const std::string what =
      groups.all_repeated()
          ? fmt::format("{} are {} listed {}.", counted(groups.rows, "row"),
                        counted(groups.people, "respondent"), times_in_words(groups.largest))
          : fmt::format("{} may be {}.", counted(groups.rows, "row"),
                        counted(groups.people, "respondent"));
  return fmt::format("<strong>{}</strong> {}. {}", what, alike,
                     groups.all_repeated()
                         ? fmt::format("Shares are not touched by it, but what {} seem to prove "
                                       "rests on {} people.",
                                       counted(groups.rows, "row"), thousands(groups.people))
                         : std::string("Whoever is listed twice counts twice in every segment."));
}

std::string dropped_rows_alert(const Analysis& analysis) {
  const std::int64_t dropped = analysis.input_rows - analysis.features.kept_rows();
  if (dropped <= 0) return "";
  return fmt::format(
      "<strong>{} of {} left out</strong> ({}) because answers are missing.", thousands(dropped),
      counted(analysis.input_rows, "row"),
      shown_percent(static_cast<double>(dropped) / static_cast<double>(analysis.input_rows)));
}

std::string tiny_alert(const char* kind, const std::vector<std::int64_t>& sizes,
                       const std::vector<double>& shares) {
  std::vector<std::string> tiny;
  for (std::size_t c = 0; c < sizes.size(); ++c) {
    if (sizes[c] >= kFewestRows && shares[c] >= kSmallestShare) continue;
    tiny.push_back(fmt::format("{} ({})", c, counted(sizes[c], "row")));
  }
  if (tiny.empty()) return "";
  return fmt::format("<strong>Tiny {}{}:</strong> {}. Chance has a large say in what {} like.",
                     kind, tiny.size() == 1 ? "" : "s", names_in_words(tiny, 6),
                     tiny.size() == 1 ? "it is" : "they are");
}

std::string not_converged_alert(const Analysis& analysis) {
  std::string text;
  if (analysis.kmeans && !analysis.kmeans->result.converged)
    text = fmt::format(
        "<strong>K-means did not converge</strong> in {}: the segments may still "
        "move. Allow more iterations.",
        counted(analysis.kmeans->result.n_iter, "iteration"));
  if (analysis.affinity && !analysis.affinity->result.converged)
    text += fmt::format(
        "{}<strong>Affinity propagation did not converge</strong> in {}: do not "
        "rely on its groups. Allow more iterations, or damp more.",
        text.empty() ? "" : " ", counted(analysis.affinity->result.n_iter, "iteration"));
  return text;
}

/// Warnings that no alert above has put into its own words.
std::vector<std::string> other_warnings(const Notices& notices) {
  constexpr std::string_view told[] = {"near-duplicates", "kmeans-not-converged",
                                       "affinity-not-converged"};
  std::vector<std::string> texts;
  for (const Notice& notice : notices) {
    const bool known = std::find(std::begin(told), std::end(told), notice.topic) != std::end(told);
    if (notice.level == Notice::Level::warning && !known) texts.push_back(shown_text(notice.text));
  }
  return texts;
}

}  // namespace

std::string alerts(const Context& context) {
  const Analysis& analysis = context.analysis;
  std::vector<std::string> found = {not_converged_alert(analysis), near_duplicates_alert(analysis),
                                    dropped_rows_alert(analysis)};
  if (analysis.kmeans)
    found.push_back(
        tiny_alert("segment", analysis.kmeans->result.sizes, analysis.kmeans->result.shares));
  for (std::string& warning : other_warnings(analysis.notices)) found.push_back(std::move(warning));
  std::erase(found, "");
  if (found.empty()) return "";
  std::string list = "<ul class=\"alerts\" aria-label=\"Alerts\">\n";
  for (std::size_t i = 0; i < std::min(found.size(), kMostAlerts); ++i)
    list += fmt::format("<li>{}</li>\n", found[i]);
  if (found.size() > kMostAlerts)
    list +=
        fmt::format("<li>and {}; report.json has them all</li>\n",
                    counted(static_cast<std::int64_t>(found.size() - kMostAlerts), "more warning"));
  return list + "</ul>\n";
}

}  // namespace cohort::report
