#pragma once
/// Pieces of HTML that several sections use. All are well-formed XML too.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cohort/analysis.hpp"

#include "host/report/svg/drawing.hpp"

namespace cohort::report {

/// A name from the survey: escaped, cut when very long, its direction kept to itself.
[[nodiscard]] std::string shown_name(std::string_view name);

/// A sentence with names in it: escaped, cut when very long.
[[nodiscard]] std::string shown_text(std::string_view text);

/// percent(), whose "<0.1%" is no markup.
[[nodiscard]] std::string shown_percent(double share);

/// "<p>...</p>" around markup.
[[nodiscard]] std::string paragraph(std::string_view markup, std::string_view classes = {});

/// A picture with what it says beside it. \param caption  markup
[[nodiscard]] std::string figure(Drawing&& drawing, std::string_view caption);

/// Folded away until asked for. \param summary  text \param body  markup
[[nodiscard]] std::string folded(std::string_view summary, std::string_view body);

/// "k3": the class that gives cluster 3 its colour, one of eight.
[[nodiscard]] std::string color_class(std::int64_t cluster);

/// A feature's centre in a cluster as a person says it: "55%" of a yes/no answer, the commonest
/// level of codes, else the mean. \param beside  the other mean it is compared with
[[nodiscard]] std::string center_in_words(const Feature& feature, const FeatureProfile& profile,
                                          double beside);

/// One answer: "yes", a level's text, or the number.
[[nodiscard]] std::string answer_in_words(const Feature& feature, double value);

/// Cells that a row's identifiers take (host/report/respondent.hpp).
inline constexpr int kWidestIds = 40;

/// Features by falling power, ties as they come, at most `most`.
[[nodiscard]] std::vector<std::int64_t> by_power(const Profiles& profiles, std::size_t most);

/// From this share of a feature's variation on, clusters are said to be cut by it.
inline constexpr double kCuts = 0.25;

/// The features that the clusters are cut by, the clearest first: one at least, three at most.
[[nodiscard]] std::vector<std::int64_t> cutting_features(const Profiles& profiles);

/// "four"; digits from ten on.
[[nodiscard]] std::string count_in_words(std::int64_t n);
[[nodiscard]] std::string capitalized(std::string text);

/// "A, B and C", each shown_name().
[[nodiscard]] std::string names_in_words(const std::vector<std::string>& names, std::size_t most);

/// What one respondent answered, feature by feature. \param row  of the matrix
[[nodiscard]] std::string respondent_answers(const FeatureMatrix& features, std::int64_t row);

}  // namespace cohort::report
