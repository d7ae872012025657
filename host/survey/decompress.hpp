#pragma once
/// Surveys that were made smaller with gzip or zstd.

#include <optional>
#include <string>
#include <string_view>

#include "cohort/progress.hpp"

namespace cohort {

/// Bytes as they are, or, where they begin as gzip or zstd data do, what was compressed.
class PlainBytes {
 public:
  /// \param bytes  must outlive this; several gzip members or zstd frames are read one after the
  /// other
  /// \throws DataError for data that end too early, are damaged or are followed by something else
  /// \throws MemoryError before more is taken than there is
  PlainBytes(std::string_view bytes, const std::string& source, const ProgressListener& progress);

  [[nodiscard]] std::string_view bytes() const { return unpacked_ ? *unpacked_ : same_; }

 private:
  std::string_view same_;
  std::optional<std::string> unpacked_;
};

}  // namespace cohort
