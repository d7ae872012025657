#pragma once
/// Two labellings of the same rows side by side.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cohort/matrix.hpp"
#include "cohort/table.hpp"

namespace cohort {

/// A cluster's name and number of each row.
struct Labelling {
  std::string source;  ///< the file and its column, for the report
  std::vector<std::string>
      clusters;  ///< names; numbers in rising order, texts in the order of bytes
  std::vector<std::int32_t> labels;  ///< n: index into `clusters`; -1 without a label
};

/// One column of a table as a labelling.
/// \throws UsageError when there is no such column, with the names there are; DataError when its
/// cells
///         are no labels (datetimes)
[[nodiscard]] Labelling labelling_of(const Table& table, std::string_view column);

struct Comparison {
  Labelling a, b;
  std::int64_t rows = 0;    ///< labelled by both; everything below is about these
  std::int64_t only_a = 0;  ///< labelled by one of them
  std::int64_t only_b = 0;
  Matrix<std::int64_t> contingency;  ///< clusters of a x clusters of b
  double adjusted_rand_index = 0;
  double normalized_mutual_info = 0;
  std::vector<std::int32_t>
      partner;  ///< of each cluster of a: the cluster of b that it is matched with, or -1
  std::int64_t moved = 0;  ///< rows that are not in their cluster's partner

  [[nodiscard]] bool has_moved(std::size_t row) const {
    const std::int32_t from = a.labels[row];
    const std::int32_t to = b.labels[row];
    return from >= 0 && to >= 0 && partner[static_cast<std::size_t>(from)] != to;
  }
};

/// Clusters are matched by best_partners(): as few rows as possible move.
/// \throws DataError when the labellings are not of equally many rows, or no row has both labels
[[nodiscard]] Comparison compare(Labelling a, Labelling b);

}  // namespace cohort
