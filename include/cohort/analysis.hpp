#pragma once
/// One analysis, whole: what a command did, for whichever form it is told in.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cohort/affinity.hpp"
#include "cohort/backend.hpp"
#include "cohort/correlate.hpp"
#include "cohort/features.hpp"
#include "cohort/kmeans.hpp"
#include "cohort/notice.hpp"
#include "cohort/pca.hpp"
#include "cohort/profile.hpp"
#include "cohort/recipe.hpp"
#include "cohort/scale.hpp"
#include "cohort/silhouette.hpp"
#include "cohort/table.hpp"

namespace cohort {

struct Timing {
  std::string stage;  ///< "read", "features", "correlate", "scale", "pca", "kmeans", "affinity",
                      ///< "profile", ...
  double seconds = 0;
  std::string device;  ///< where it ran; "host" for what needs no device
};

/// A column of the survey as it was read.
struct SurveyColumn {
  std::string name;
  std::optional<ColumnType> type;  ///< not of a column that was only read over
  std::int64_t missing = 0;        ///< cells
};

/// K-means with what surrounds it.
struct KMeansReport {
  KMeansResult result;
  Scaling scaling;  ///< what the centres are in; scale 1 and center 0 where nothing was scaled
  Profiles profiles;
  std::optional<SilhouetteResult>
      silhouette;  ///< left out above kSilhouetteRows rows, and a decision says so
};

struct AffinityReport {
  AffinityResult result;
  Profiles profiles;
};

/// What a command did. A stage command fills only its own parts.
struct Analysis {
  std::string source;                 ///< of the survey
  std::string recipe;                 ///< path, "the sample's recipe" or "no recipe"
  std::string recipe_text;            ///< TOML; empty without a recipe
  std::string command;                ///< that does the same again; empty where nobody gave one
  std::vector<SurveyColumn> columns;  ///< empty where the input was no survey
  std::string device;
  std::uint64_t seed = 0;
  std::int64_t input_rows = 0;
  FeatureMatrix features;                       ///< as clustered: after every drop
  std::vector<std::string> correlated_names;    ///< the features the correlations are over; empty
                                                ///< where none were taken
  std::vector<CorrelatedPair> correlations;     ///< the strongest, indices into correlated_names
  Matrix<double> correlation_matrix;            ///< full
  std::vector<std::string> dropped_correlated;  ///< features dropped after correlating
  std::optional<PcaResult> pca;
  std::optional<KMeansReport> kmeans;
  std::optional<AffinityReport> affinity;
  std::optional<double> agreement;  ///< adjusted Rand index of K-means and affinity propagation
  Matrix<std::int64_t> crossing;    ///< their contingency: K-means clusters x groups; or empty
  std::optional<double> near_duplicate_threshold;  ///< given where respondents were compared
  std::vector<MatchingPair> near_duplicates;       ///< input rows
  std::int64_t distinct_rows = 0;                  ///< over the features as clustered
  std::vector<Timing> timings;
  Notices notices;  ///< all of them: the table's, the features' and the stages', in that order
};

inline constexpr std::int64_t kSilhouetteRows = 20000;  ///< exact silhouette is all pairs
inline constexpr std::int64_t kAffinityRows =
    50000;  ///< `run` leaves affinity propagation out above these distinct rows
inline constexpr std::int64_t kNearDuplicateRows = 20000;  ///< so is comparing respondents

/// Which stages to run; `run` runs them all.
struct Stages {
  bool correlate = false;
  bool pca = false;
  bool kmeans = false;
  bool affinity = false;
  bool affinity_if_small =
      false;  ///< only up to kAffinityRows distinct rows; a notice says when it is left out
};

/// What there is to analyse.
struct AnalysisInput {
  FeatureMatrix features;
  Matrix<float> similarities;  ///< n x n, given instead of features; or empty
  Matrix<std::int32_t>
      answers;  ///< input rows x columns, from answer_codes; empty = respondents are not compared
  std::string command;                ///< for Analysis
  std::vector<SurveyColumn> columns;  ///< for Analysis
  std::vector<Timing> timings;        ///< of what was done already
  Notices notices;                    ///< and said already
};

/// The arithmetic that analyse() will do, in multiplications with their additions, within a factor
/// of a few: for choosing a device.
[[nodiscard]] double estimated_operations(const AnalysisInput& input, const Recipe& recipe,
                                          const Stages& stages);

/// Runs the stages a recipe describes, in order: comparing respondents, correlations and their
/// drops, scaling, PCA, K-means with profiles and silhouette, affinity propagation with profiles,
/// agreement of the two. \param progress  told about every long stage
[[nodiscard]] Analysis analyse(AnalysisInput input, const Recipe& recipe, const Stages& stages,
                               Backend& backend, const ProgressListener& progress);

}  // namespace cohort
