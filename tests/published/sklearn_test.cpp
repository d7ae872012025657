/// The library against scikit-learn 1.2.1 on data that both read alike; the values and the script
/// that made them are in tests/reference/sklearn.

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cohort/affinity.hpp"
#include "cohort/agreement.hpp"
#include "cohort/backend.hpp"
#include "cohort/features.hpp"
#include "cohort/kmeans.hpp"
#include "cohort/pca.hpp"
#include "cohort/scale.hpp"
#include "cohort/silhouette.hpp"

namespace cohort {
namespace {

using nlohmann::json;

const std::string kFolder = std::string(COHORT_TEST_DATA) + "/reference/sklearn/";

const json& all_values() {
  static const json values = json::parse(std::ifstream(kFolder + "values.json"));
  return values;
}

/// Numbers behind one header line; every one is a float32.
Matrix<float> read_numbers(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  std::vector<float> values;
  std::int64_t rows = 0;
  for (; std::getline(file, line); ++rows) {
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) values.push_back(std::stof(cell));
  }
  const auto cols = static_cast<std::int64_t>(values.size()) / rows;
  return {rows, cols, std::move(values)};
}

void expect_near(const std::vector<double>& values, const json& expected, const std::string& what) {
  ASSERT_EQ(values.size(), expected.size()) << what;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = expected[i];
    EXPECT_NEAR(values[i], value, 1e-6 * std::max(1.0, std::abs(value))) << what << " " << i;
  }
}

/// The same numbering for any labelling of the same partition: by first member.
std::vector<std::int32_t> canonical(const std::vector<std::int32_t>& labels) {
  std::map<std::int32_t, std::int32_t> number;
  std::vector<std::int32_t> result;
  for (const std::int32_t label : labels)
    result.push_back(number.emplace(label, static_cast<std::int32_t>(number.size())).first->second);
  return result;
}

class ScikitLearn : public ::testing::TestWithParam<std::string> {
 protected:
  ScikitLearn()
      : values_(all_values().at("sets").at(GetParam())),
        x_(read_numbers(kFolder + GetParam() + ".csv")),
        backend_(make_cpu_backend(2)),
        data_(backend_->upload(x_, {})),
        scaling_(
            fit_scaling(*backend_, *data_, features_of(x_, GetParam()), ScaleMethod::standard)),
        standardized_(backend_->scale(*data_, scaling_)) {}

  const json& values_;
  Matrix<float> x_;
  std::unique_ptr<Backend> backend_;
  DataSetPtr data_;
  Scaling scaling_;
  DataSetPtr standardized_;
};

TEST_P(ScikitLearn, ScalesAsStandardScaler) {
  expect_near(scaling_.center, values_["scaler"]["mean"], "mean");
  expect_near(scaling_.scale, values_["scaler"]["scale"], "scale");
}

TEST_P(ScikitLearn, FindsThePrincipalComponents) {
  const json& expected = values_["pca"];
  const auto components = static_cast<std::int64_t>(expected["components"].size());
  const PcaResult result = pca(*backend_, *standardized_, components);
  expect_near(result.explained_variance, expected["explained_variance"], "variance");
  expect_near(result.explained_variance_ratio, expected["explained_variance_ratio"], "ratio");
  for (std::int64_t p = 0; p < components; ++p) {
    const auto row = result.components.row(p);
    expect_near({row.begin(), row.end()}, expected["components"][static_cast<std::size_t>(p)],
                "component " + std::to_string(p));
  }
}

TEST_P(ScikitLearn, ClustersFromTheSameCentres) {
  const json& expected = values_["kmeans"];
  const auto start = expected["start"].get<std::vector<std::vector<float>>>();
  KMeansParams params;
  params.n_clusters = static_cast<std::int64_t>(start.size());
  params.init = KMeansInit::given;
  params.n_init = 1;
  params.centers = Matrix<float>(params.n_clusters, x_.cols());
  for (std::size_t k = 0; k < start.size(); ++k)
    std::copy(start[k].begin(), start[k].end(),
              params.centers.row(static_cast<std::int64_t>(k)).begin());

  const KMeansResult result = kmeans(*backend_, *standardized_, params);
  const auto labels = expected["labels"].get<std::vector<std::int32_t>>();
  EXPECT_EQ(canonical(result.labels), canonical(labels));
  const double inertia = expected["inertia"];
  EXPECT_NEAR(result.inertia, inertia, 1e-6 * inertia);
  EXPECT_EQ(result.n_iter, expected["n_iter"].get<std::int64_t>());

  const auto classes = values_["classes"].get<std::vector<std::int32_t>>();
  EXPECT_NEAR(adjusted_rand_index(classes, labels), expected["adjusted_rand_index"], 1e-12);
  EXPECT_NEAR(silhouette(*backend_, *standardized_, labels).mean, expected["silhouette"], 1e-6);
}

// Ties and all: the noise that breaks them is the same.
TEST_P(ScikitLearn, PropagatesAffinityAlike) {
  const json& affinities = values_["affinity"];
  const std::int64_t every = affinities["every"];
  Matrix<double> rows((x_.rows() + every - 1) / every, x_.cols());
  for (std::int64_t i = 0; i < rows.rows(); ++i)
    std::copy(x_.row(i * every).begin(), x_.row(i * every).end(), rows.row(i).begin());

  for (const char* settings : {"own", "sklearn"}) {
    SCOPED_TRACE(settings);
    const json& expected = affinities[settings];
    AffinityParams params;
    params.damping = expected["damping"];
    params.max_iter = expected["max_iter"];
    params.convergence_iter = expected["convergence_iter"];
    const AffinityResult result = affinity_sklearn(rows, params);
    const double preference = expected["preference"];
    EXPECT_NEAR(result.preference, preference, 1e-9 * std::abs(preference));
    EXPECT_EQ(result.labels, expected["labels"].get<std::vector<std::int32_t>>());
    EXPECT_EQ(result.exemplars, expected["exemplars"].get<std::vector<std::int64_t>>());
    EXPECT_EQ(result.n_iter, expected["n_iter"].get<std::int64_t>());
  }
}

INSTANTIATE_TEST_SUITE_P(Sets, ScikitLearn,
                         ::testing::Values("sample", "iris", "wine", "digits", "blobs", "stretched",
                                           "uniform_with_copies"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace cohort
