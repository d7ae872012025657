#include "cohort/analysis.hpp"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "cohort/agreement.hpp"
#include "cohort/arithmetic.hpp"
#include "cohort/error.hpp"
#include "cohort/wording.hpp"

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

/// Rows that belong together when every pair links its two.
std::int64_t linked_groups(const std::vector<MatchingPair>& pairs, std::int64_t rows) {
  std::vector<std::int64_t> parent(static_cast<std::size_t>(rows));
  std::iota(parent.begin(), parent.end(), 0);
  const auto root = [&](std::int64_t i) {
    while (parent[static_cast<std::size_t>(i)] != i) i = parent[static_cast<std::size_t>(i)];
    return i;
  };
  std::int64_t groups = rows;
  for (const MatchingPair& pair : pairs) {
    const std::int64_t a = root(pair.i);
    const std::int64_t b = root(pair.j);
    if (a == b) continue;
    parent[static_cast<std::size_t>(std::max(a, b))] = std::min(a, b);
    --groups;
  }
  return groups;
}

/// The work of analyse(), one stage a member.
class Pipeline {
 public:
  Pipeline(AnalysisInput input, const Recipe& recipe, Backend& backend,
           const ProgressListener& progress)
      : recipe_(recipe), backend_(backend), progress_(progress) {
    result_.source = input.features.source;
    result_.recipe = recipe.source;
    result_.device = backend.device();
    result_.seed = recipe.kmeans.params.seed;
    result_.input_rows = input.features.input_rows;
    result_.timings = std::move(input.timings);
    result_.notices = std::move(input.notices);
    result_.features = std::move(input.features);
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
         fmt::format(
             "{} of respondents give the same answer to at least {:g}% of the columns both "
             "answered: {} may be "
             "{}",
             counted(static_cast<std::int64_t>(result_.near_duplicates.size()), "pair"),
             recipe_.duplicates.threshold * 100, counted(answers.rows(), "row"),
             counted(linked_groups(result_.near_duplicates, answers.rows()), "person", "people")));
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
    result_.features = without_features(result_.features, drops);
    result_.dropped_correlated = std::move(drops);
    upload();
  }

  void count_distinct() {
    const Stopwatch watch(result_.timings, "distinct", result_.device);
    result_.distinct_rows = static_cast<std::int64_t>(backend_.distinct(*data_).first.size());
  }

  void find_components() {
    const Scaled& scaled = scaled_data(recipe_.pca.scale);
    const Stopwatch watch(result_.timings, "pca", result_.device);
    const std::int64_t most = std::min(scaled.data->rows(), scaled.data->features());
    const std::int64_t wanted = recipe_.pca.n_components.value_or(std::min<std::int64_t>(2, most));
    result_.pca = pca(backend_, *scaled.data, wanted);
  }

  void run_kmeans() {
    const Scaled& scaled = scaled_data(recipe_.kmeans.scale);
    KMeansReport report;
    report.scaling = scaled.scaling;
    KMeansParams params = recipe_.kmeans.params;
    params.progress = progress_;
    if (params.init == KMeansInit::given) params.centers = on_scale(params.centers, scaled.scaling);
    {
      const Stopwatch watch(result_.timings, "kmeans", result_.device);
      report.result = kmeans(backend_, *scaled.data, params);
    }
    if (!report.result.converged) {
      warn("kmeans-not-converged",
           fmt::format("K-means stopped after {} iterations without converging; raise "
                       "max_iter above {}",
                       report.result.n_iter, params.max_iter));
    }
    const std::int64_t n = scaled.data->rows();
    const auto k = static_cast<std::int64_t>(report.result.sizes.size());
    if (n > kSilhouetteRows) {
      decide("silhouette",
             fmt::format("silhouette left out: it compares all pairs, and {} rows are more than {}",
                         n, kSilhouetteRows));
    } else if (k >= 2 && k < n) {
      const Stopwatch watch(result_.timings, "silhouette", result_.device);
      report.silhouette = silhouette(backend_, *scaled.data, report.result.labels);
    }
    report.profiles = profiles_of(*scaled.data, report.result.labels, k);
    result_.kmeans = std::move(report);
  }

  void run_affinity(bool only_if_small) {
    if (only_if_small && result_.distinct_rows > kAffinityRows) {
      decide("affinity",
             fmt::format(
                 "affinity propagation left out: {} distinct rows are more than {}; ask for it "
                 "with `cohort affinity`",
                 result_.distinct_rows, kAffinityRows));
      return;
    }
    const Scaled& scaled = scaled_data(recipe_.affinity.scale);
    AffinityParams params = recipe_.affinity.params;
    params.progress = progress_;
    AffinityReport report;
    {
      const Stopwatch watch(result_.timings, "affinity", result_.device);
      report.result = recipe_.affinity.sklearn ? affinity_sklearn(in_double(*scaled.data), params)
                                               : affinity(backend_, *scaled.data, params);
    }
    if (!report.result.converged) {
      warn("affinity-not-converged", fmt::format("affinity propagation did not converge in {} "
                                                 "iterations: its groups are not settled; raise "
                                                 "max_iter or damping",
                                                 report.result.n_iter));
    }
    report.profiles = profiles_of(*scaled.data, report.result.labels,
                                  static_cast<std::int64_t>(report.result.sizes.size()));
    result_.affinity = std::move(report);
  }

  void compare_methods() {
    if (!result_.kmeans || !result_.affinity || result_.affinity->result.exemplars.empty()) return;
    result_.agreement =
        adjusted_rand_index(result_.kmeans->result.labels, result_.affinity->result.labels);
  }

  [[nodiscard]] Analysis take() {
    for (Notice& notice : backend_.take_notices()) result_.notices.push_back(std::move(notice));
    return std::move(result_);
  }

 private:
  struct Scaled {
    DataSetPtr data;
    Scaling scaling;
  };

  /// Made at first use and shared by the stages.
  const Scaled& scaled_data(bool scale) {
    Scaled& scaled = scale ? scaled_ : unscaled_;
    if (scaled.data) return scaled;
    const Stopwatch watch(result_.timings, "scale", result_.device);
    scaled.scaling = scale ? fit_scaling(backend_, *data_, result_.features, recipe_.scale.method)
                           : no_scaling(result_.features);
    scaled.data = backend_.scale(*data_, scaled.scaling);
    return scaled;
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

  Profiles profiles_of(const DataSet& scaled, std::span<const std::int32_t> labels,
                       std::int64_t k) {
    const Stopwatch watch(result_.timings, "profile", "host");
    return profile_clusters(result_.features, backend_.download(scaled), labels, k,
                            backend_.host_threads());
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
  DataSetPtr data_;
  Scaled scaled_;
  Scaled unscaled_;
};

}  // namespace

Analysis analyse(AnalysisInput input, const Recipe& recipe, const Stages& stages, Backend& backend,
                 const ProgressListener& progress) {
  const Matrix<std::int32_t> answers = std::exchange(input.answers, {});
  Pipeline pipeline(std::move(input), recipe, backend, progress);
  pipeline.compare_respondents(answers);
  pipeline.upload();
  pipeline.correlate_and_drop(stages.correlate);
  if (stages.affinity) pipeline.count_distinct();
  if (stages.pca) pipeline.find_components();
  if (stages.kmeans) pipeline.run_kmeans();
  if (stages.affinity) pipeline.run_affinity(stages.affinity_if_small);
  pipeline.compare_methods();
  return pipeline.take();
}

}  // namespace cohort
