#include "cohort/analysis.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "cohort/agreement.hpp"
#include "cohort/arithmetic.hpp"
#include "cohort/collapse.hpp"
#include "cohort/error.hpp"
#include "cohort/respondents.hpp"
#include "cohort/wording.hpp"

#include "host/engine/affinity_notices.hpp"

namespace cohort {

namespace {

/// Measures one stage from construction to destruction; a stage that runs twice is one timing.
class Stopwatch {
 public:
  Stopwatch(std::vector<Timing>& timings, std::string stage, std::string device)
      : timings_(timings),
        stage_(std::move(stage)),
        device_(std::move(device)),
        start_(Clock::now()) {}
  ~Stopwatch() {
    const std::chrono::duration<double> passed = Clock::now() - start_;
    const auto same = [this](const Timing& timing) { return timing.stage == stage_; };
    const auto before = std::find_if(timings_.begin(), timings_.end(), same);
    if (before == timings_.end()) {
      timings_.push_back({stage_, passed.count(), device_});
    } else {
      before->seconds += passed.count();
    }
  }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  using Clock = std::chrono::steady_clock;
  std::vector<Timing>& timings_;
  std::string stage_;
  std::string device_;
  Clock::time_point start_;
};

Scaling no_scaling(const FeatureMatrix& features) {
  Scaling scaling;
  for (const Feature& feature : features.features) {
    scaling.center.push_back(0);
    scaling.scale.push_back(1 / feature.block_weight);
  }
  return scaling;
}

bool changes_nothing(const Scaling& scaling) {
  const auto all_are = [](const std::vector<double>& values, double same) {
    return std::all_of(values.begin(), values.end(), [=](double value) { return value == same; });
  };
  return all_are(scaling.center, 0) && all_are(scaling.scale, 1);
}

/// The work of analyse(), one stage a member.
class Pipeline {
 public:
  Pipeline(AnalysisInput input, const Recipe& recipe, Backend& backend,
           const ProgressListener& progress)
      : recipe_(recipe), backend_(backend), progress_(progress) {
    result_.source = input.features.source;
    result_.recipe = recipe.source;
    result_.recipe_text = recipe.text;
    result_.command = std::move(input.command);
    result_.columns = std::move(input.columns);
    result_.device = backend.device();
    result_.seed = recipe.kmeans.params.seed;
    result_.input_rows = input.features.input_rows;
    result_.timings = std::move(input.timings);
    result_.notices = std::move(input.notices);
    result_.features = std::move(input.features);
    similarities_ = std::move(input.similarities);
    result_.notices.insert(result_.notices.end(), result_.features.notices.begin(),
                           result_.features.notices.end());
  }

  void compare_respondents(const Matrix<std::int32_t>& answers) {
    if (answers.rows() < 2) return;
    const Stopwatch watch(result_.timings, "respondents", result_.device);
    result_.near_duplicates = backend_.percent_match(answers, recipe_.duplicates.threshold);
    result_.near_duplicate_threshold = recipe_.duplicates.threshold;
    if (result_.near_duplicates.empty()) return;
    warn("near-duplicates",
         fmt::format("{} of respondents give the same answer to at least {:g}% of the columns both "
                     "answered: {} may be "
                     "{}",
                     counted(static_cast<std::int64_t>(result_.near_duplicates.size()), "pair"),
                     recipe_.duplicates.threshold * 100, counted(answers.rows(), "row"),
                     counted(respondent_groups(result_.near_duplicates, answers.rows()).people,
                             "person", "people")));
  }

  void upload() {
    const Stopwatch watch(result_.timings, "upload", result_.device);
    data_ = backend_.upload(result_.features.x, result_.features.weights);
  }

  void correlate_and_drop(bool report) {
    if (!report && recipe_.correlation.drop.empty() && !recipe_.correlation.drop_above) return;
    std::vector<std::string> drops = recipe_.correlation.drop;
    {
      const Stopwatch watch(result_.timings, "correlate", result_.device);
      Correlations correlations = correlate(backend_, *data_);
      if (recipe_.correlation.drop_above) {
        for (const std::int64_t j :
             redundant_features(correlations, *recipe_.correlation.drop_above)) {
          const std::string& name = result_.features.features[static_cast<std::size_t>(j)].name;
          if (std::find(drops.begin(), drops.end(), name) == drops.end()) drops.push_back(name);
        }
      }
      if (report) {
        for (const Feature& feature : result_.features.features)
          result_.correlated_names.push_back(feature.name);
        result_.correlations = strongest_pairs(correlations, recipe_.correlation.top);
        result_.correlation_matrix = std::move(correlations.r);
      }
    }
    if (drops.empty()) return;
    result_.features =
        without_features(std::move(result_.features), drops, backend_.host_threads());
    result_.dropped_correlated = std::move(drops);
    upload();
  }

  /// Left out where a sample says that they are many and affinity propagation too large.
  void count_distinct(bool only_if_few) {
    if (only_if_few) {
      const DistinctEstimate& found = distinct_estimate();
      const std::int64_t n = result_.features.x.rows();
      if (found.seen > kAffinityRows && !worth_collapsing(found, n)) {
        leave_affinity_out(fmt::format("at least {}", thousands(found.seen)));
        return;
      }
    }
    const DistinctRows& rows = distinct_rows(scaled_data(recipe_.affinity.scale));
    result_.distinct_rows = std::ssize(rows.first);
    if (only_if_few && result_.distinct_rows > kAffinityRows)
      leave_affinity_out(thousands(result_.distinct_rows));
  }

  void find_components() {
    const Scaled& scaled = scaled_data(recipe_.pca.scale);
    const Stopwatch watch(result_.timings, "pca", result_.device);
    const std::int64_t most = std::min(scaled.data->rows(), scaled.data->features());
    const std::int64_t wanted = recipe_.pca.n_components.value_or(std::min<std::int64_t>(2, most));
    result_.pca = pca(backend_, *scaled.data, wanted);
  }

  void run_kmeans() {
    Scaled& scaled = scaled_data(recipe_.kmeans.scale);
    const DistinctRows* collapsed = collapsed_rows(scaled);
    KMeansReport report;
    report.scaling = scaled.scaling;
    KMeansParams params = recipe_.kmeans.params;
    params.progress = progress_;
    if (params.init == KMeansInit::given) params.centers = on_scale(params.centers, scaled.scaling);
    {
      const Stopwatch watch(result_.timings, "kmeans", result_.device);
      report.result = collapsed != nullptr ? kmeans(backend_, *collapsed, params)
                                           : kmeans(backend_, *scaled.data, params);
    }
    if (!report.result.converged) {
      warn("kmeans-not-converged",
           fmt::format("K-means stopped after {} iterations without converging; raise "
                       "max_iter above {}",
                       report.result.n_iter, params.max_iter));
    }
    const std::int64_t n = scaled.data->rows();
    const std::int64_t compared = collapsed != nullptr ? collapsed->data->rows() : n;
    const auto k = static_cast<std::int64_t>(report.result.sizes.size());
    if (compared > kSilhouetteRows) {
      decide("silhouette",
             fmt::format("silhouette left out: it compares all pairs, and {} rows are more than {}",
                         thousands(compared), thousands(kSilhouetteRows)));
    } else if (k >= 2 && k < n) {
      const Stopwatch watch(result_.timings, "silhouette", result_.device);
      const std::vector<std::int32_t>& labels = report.result.labels;
      report.silhouette = collapsed != nullptr ? silhouette(backend_, *collapsed, labels)
                                               : silhouette(backend_, *scaled.data, labels);
    }
    report.profiles = profiles_of(scaled, report.result.labels, k);
    result_.kmeans = std::move(report);
  }

  void run_affinity() {
    if (affinity_left_out_) return;
    Scaled& scaled = scaled_data(recipe_.affinity.scale);
    AffinityParams params = affinity_params();
    params.preferences = of_kept_rows(params.preferences);
    AffinityReport report;
    {
      const Stopwatch watch(result_.timings, "affinity", result_.device);
      if (recipe_.affinity.sklearn)
        report.result = affinity_sklearn(in_double(*scaled.data), params);
      else if (recipe_.affinity.hierarchical)
        report.result = affinity_hierarchical(backend_, distinct_rows(scaled),
                                              result_.features.weights, params);
      else
        report.result = affinity(backend_, distinct_rows(scaled), params);
    }
    report.profiles = profiles_of(scaled, report.result.labels,
                                  static_cast<std::int64_t>(report.result.sizes.size()));
    take_affinity(std::move(report));
  }

  void run_affinity_of_similarities() {
    AffinityReport report;
    {
      const Stopwatch watch(result_.timings, "affinity", result_.device);
      report.result = affinity_precomputed(backend_, similarities_, {}, affinity_params());
    }
    take_affinity(std::move(report));
  }

  void compare_methods() {
    if (!result_.kmeans || !result_.affinity || result_.affinity->result.exemplars.empty()) return;
    result_.crossing = contingency(result_.kmeans->result.labels, result_.affinity->result.labels);
    result_.agreement = adjusted_rand_index(result_.crossing);
  }

  [[nodiscard]] Analysis take() {
    for (Notice& notice : backend_.take_notices()) result_.notices.push_back(std::move(notice));
    return std::move(result_);
  }

 private:
  struct Scaled {
    DataSetPtr own;
    const DataSet* data = nullptr;  ///< own, or the raw rows where scaling changes nothing
    Scaling scaling;
    std::optional<DistinctRows> distinct;  ///< where a stage asked for them
  };

  /// Made at first use and shared by the stages.
  Scaled& scaled_data(bool scale) {
    Scaled& scaled = scale ? scaled_ : unscaled_;
    if (scaled.data != nullptr) return scaled;
    const Stopwatch watch(result_.timings, "scale", result_.device);
    scaled.scaling = scale ? fit_scaling(backend_, *data_, result_.features, recipe_.scale.method)
                           : no_scaling(result_.features);
    if (changes_nothing(scaled.scaling)) {
      scaled.data = data_.get();
      return scaled;
    }
    scaled.own = backend_.scale(*data_, scaled.scaling);
    scaled.data = scaled.own.get();
    const bool everything_scaled =
        recipe_.pca.scale && recipe_.kmeans.scale && recipe_.affinity.scale;
    if (everything_scaled) data_.reset();
    return scaled;
  }

  const DistinctRows& distinct_rows(Scaled& scaled) {
    if (!scaled.distinct) {
      const Stopwatch watch(result_.timings, "distinct", result_.device);
      scaled.distinct = backend_.distinct(*scaled.data);
    }
    return *scaled.distinct;
  }

  const DistinctEstimate& distinct_estimate() {
    if (!distinct_estimate_) {
      const Stopwatch watch(result_.timings, "distinct", result_.device);
      distinct_estimate_ = estimate_distinct(result_.features.x);
    }
    return *distinct_estimate_;
  }

  /// What K-means runs on instead of all rows; or null.
  const DistinctRows* collapsed_rows(Scaled& scaled) {
    const Collapse choice = recipe_.kmeans.collapse;
    if (choice == Collapse::off) return nullptr;
    const bool asked = choice == Collapse::on;
    if (!result_.features.weights.empty()) {
      if (asked)
        throw UsageError(
            "equal rows of a weighted survey are not counted as one; leave collapse at auto");
      return nullptr;
    }
    const std::int64_t n = scaled.data->rows();
    if (!asked && !worth_collapsing(distinct_estimate(), n)) return nullptr;
    const DistinctRows& rows = distinct_rows(scaled);
    const std::string_view obstacle = obstacle_to_collapsing(rows);
    if (asked && !obstacle.empty())
      throw DataError(
          fmt::format("equal rows cannot be counted as one: {}; leave collapse at auto", obstacle));
    const std::int64_t m = std::ssize(rows.first);
    if (!obstacle.empty() || (!asked && 2 * m > n)) return nullptr;
    decide("collapse", fmt::format("equal rows counted as one for K-means: {}, {} distinct",
                                   counted(n, "row"), thousands(m)));
    return &rows;
  }

  void leave_affinity_out(const std::string& distinct) {
    affinity_left_out_ = true;
    decide("affinity", fmt::format("affinity propagation left out: {} distinct rows are more than "
                                   "{}; ask for it with `cohort affinity`",
                                   distinct, thousands(kAffinityRows)));
  }

  [[nodiscard]] AffinityParams affinity_params() const {
    AffinityParams params = recipe_.affinity.params;
    params.raise_damping = recipe_.affinity.raise_damping;
    params.progress = progress_;
    return params;
  }

  void take_affinity(AffinityReport report) {
    for (Notice& notice : notices_of(report.result)) result_.notices.push_back(std::move(notice));
    result_.affinity = std::move(report);
  }

  /// Given for every input row.
  [[nodiscard]] std::vector<float> of_kept_rows(const std::vector<float>& preferences) const {
    if (preferences.empty()) return {};
    const FeatureMatrix& features = result_.features;
    if (std::ssize(preferences) != features.input_rows)
      throw UsageError(fmt::format("affinity propagation: {} preferences for {} rows",
                                   preferences.size(), features.input_rows));
    std::vector<float> kept;
    for (std::int64_t i = 0; i < features.kept_rows(); ++i)
      kept.push_back(preferences[static_cast<std::size_t>(features.input_row(i))]);
    return kept;
  }

  static Matrix<float> on_scale(const Matrix<float>& centers, const Scaling& scaling) {
    if (centers.cols() != static_cast<std::int64_t>(scaling.center.size())) {
      throw UsageError(fmt::format("the given centres have {} columns, the data {} features",
                                   centers.cols(), scaling.center.size()));
    }
    Matrix<float> result = centers;
    for (std::int64_t i = 0; i < centers.rows(); ++i) {
      for (std::int64_t j = 0; j < centers.cols(); ++j) {
        const auto column = static_cast<std::size_t>(j);
        result(i, j) = scaled(centers(i, j), scaling.center[column], scaling.scale[column]);
      }
    }
    return result;
  }

  Matrix<double> in_double(const DataSet& data) {
    const Matrix<float> x = backend_.download(data);
    Matrix<double> result(x.rows(), x.cols());
    std::copy(x.data(), x.data() + x.rows() * x.cols(), result.data());
    return result;
  }

  Profiles profiles_of(const Scaled& scaled, std::span<const std::int32_t> labels, std::int64_t k) {
    const Stopwatch watch(result_.timings, "profile", "host");
    const FeatureMatrix& features = result_.features;
    ThreadPool& pool = backend_.host_threads();
    return scaled.own ? profile_clusters(features, backend_.download(*scaled.own), labels, k, pool)
                      : profile_clusters(features, features.x, labels, k, pool);
  }

  void warn(std::string topic, std::string text) {
    result_.notices.push_back({Notice::Level::warning, std::move(topic), std::move(text)});
  }
  void decide(std::string topic, std::string text) {
    result_.notices.push_back({Notice::Level::decision, std::move(topic), std::move(text)});
  }

  const Recipe& recipe_;
  Backend& backend_;
  const ProgressListener& progress_;
  Analysis result_;
  Matrix<float> similarities_;
  DataSetPtr data_;
  Scaled scaled_;
  Scaled unscaled_;
  std::optional<DistinctEstimate> distinct_estimate_;
  bool affinity_left_out_ = false;
};

}  // namespace

Analysis analyse(AnalysisInput input, const Recipe& recipe, const Stages& stages, Backend& backend,
                 const ProgressListener& progress) {
  const Matrix<std::int32_t> answers = std::exchange(input.answers, {});
  const bool has_features = input.similarities.empty();
  Pipeline pipeline(std::move(input), recipe, backend, progress);
  if (!has_features) {
    if (recipe.affinity.sklearn || recipe.affinity.hierarchical)
      throw UsageError(
          "--precomputed: neither --compat nor --approximate is there for given similarities");
    pipeline.run_affinity_of_similarities();
    return pipeline.take();
  }
  pipeline.compare_respondents(answers);
  pipeline.upload();
  pipeline.correlate_and_drop(stages.correlate);
  if (stages.affinity)
    pipeline.count_distinct(stages.affinity_if_small && !recipe.affinity.hierarchical);
  if (stages.pca) pipeline.find_components();
  if (stages.kmeans) pipeline.run_kmeans();
  if (stages.affinity) pipeline.run_affinity();
  pipeline.compare_methods();
  return pipeline.take();
}

}  // namespace cohort
