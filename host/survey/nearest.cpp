#include "host/survey/nearest.hpp"

#include <algorithm>
#include <vector>

namespace cohort {

namespace {

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

int substitution(char a, char b) {
  if (a == b) return 0;
  return lower(a) == lower(b) ? 1 : 2;
}

// Optimal string alignment, in half edits.
int half_edits(std::string_view a, std::string_view b) {
  const std::size_t width = b.size() + 1;
  std::vector<int> cost((a.size() + 1) * width);
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      int& here = cost[i * width + j];
      if (i == 0 || j == 0) {
        here = 2 * static_cast<int>(i + j);
        continue;
      }
      here = std::min({cost[(i - 1) * width + j] + 2, cost[i * width + j - 1] + 2,
                       cost[(i - 1) * width + j - 1] + substitution(a[i - 1], b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        here = std::min(here, cost[(i - 2) * width + j - 2] + 2);
      }
    }
  }
  return cost.back();
}

}  // namespace

std::string nearest(std::string_view name, std::span<const std::string> among) {
  constexpr std::size_t kLongest = 200;  // names beyond it are questions in full, not typed by hand
  const std::string* best = nullptr;
  int fewest = 0;
  for (const std::string& candidate : among) {
    const std::size_t length = std::max(name.size(), candidate.size());
    if (length > kLongest) continue;
    const int edits = half_edits(name, candidate);
    const int allowed = std::max<int>(2, 2 * static_cast<int>(length) / 3);
    if (edits <= allowed && (best == nullptr || edits < fewest)) {
      best = &candidate;
      fewest = edits;
    }
  }
  return best == nullptr ? std::string{} : *best;
}

}  // namespace cohort
