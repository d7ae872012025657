#include "host/report/stages.hpp"

#include <utility>

#include "host/report/text.hpp"

namespace cohort::report {

std::string stage_in_words(std::string_view stage) {
  constexpr std::pair<std::string_view, std::string_view> words[] = {
      {"correlate", "correlations"},
      {"pca", "PCA"},
      {"kmeans", "K-means"},
      {"affinity", "affinity propagation"},
      {"profile", "profiles"}};
  for (const auto& [slug, name] : words) {
    if (stage == slug) return std::string(name);
  }
  return printable(stage);
}

}  // namespace cohort::report
