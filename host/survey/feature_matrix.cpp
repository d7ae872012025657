#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "cohort/error.hpp"
#include "cohort/features.hpp"
#include "cohort/wording.hpp"

#include "host/survey/chunks.hpp"
#include "host/survey/lists.hpp"

namespace cohort {

FeatureMatrix without_features(FeatureMatrix features, const std::vector<std::string>& names,
                               ThreadPool& pool) {
  std::vector<std::string> known;
  for (const Feature& feature : features.features) known.push_back(feature.name);
  std::vector<bool> kept(known.size(), true);
  for (const std::string& name : names) {
    const auto at = std::find(known.begin(), known.end(), name);
    if (at == known.end()) {
      throw UsageError(fmt::format("no feature '{}' to drop{}", name, did_you_mean(name, known)));
    }
    kept[static_cast<std::size_t>(at - known.begin())] = false;
  }
  std::vector<std::int64_t> columns;
  for (std::size_t j = 0; j < kept.size(); ++j) {
    if (kept[j]) columns.push_back(static_cast<std::int64_t>(j));
  }
  if (columns.empty()) {
    throw DataError(fmt::format("{}: dropping {} leaves no feature", features.source,
                                counted(static_cast<std::int64_t>(known.size()), "feature")));
  }
  const Matrix<float> all = std::move(features.x);
  features.x = Matrix<float>::untouched(all.rows(), std::ssize(columns));
  over_rows(pool, all.rows(), [&](std::int64_t, std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i) {
      const float* const from = all.row(i).data();
      std::transform(columns.begin(), columns.end(), features.x.row(i).begin(),
                     [from](std::int64_t j) { return from[j]; });
    }
  });
  std::vector<Feature> rest;
  for (const std::int64_t j : columns) {
    rest.push_back(std::move(features.features[static_cast<std::size_t>(j)]));
  }
  features.features = std::move(rest);
  return features;
}

FeatureMatrix features_of(Matrix<float> x, const std::string& source) {
  if (x.empty()) {
    throw DataError(fmt::format("{}: a matrix of {} x {} holds nothing to analyse", source,
                                x.rows(), x.cols()));
  }
  for (std::int64_t i = 0; i < x.rows(); ++i) {
    const auto row = x.row(i);
    const auto bad =
        std::find_if(row.begin(), row.end(), [](float v) { return !std::isfinite(v); });
    if (bad != row.end()) {
      throw DataError(fmt::format("{}: element ({}, {}) is {}; every element must be finite",
                                  source, i, bad - row.begin(), *bad));
    }
  }
  FeatureMatrix matrix;
  matrix.source = source;
  matrix.input_rows = x.rows();
  for (std::int64_t j = 0; j < x.cols(); ++j) {
    Feature feature;
    feature.name = feature.column = fmt::format("x{}", j);
    matrix.features.push_back(std::move(feature));
  }
  matrix.x = std::move(x);
  return matrix;
}

}  // namespace cohort
