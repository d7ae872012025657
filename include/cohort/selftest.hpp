#pragma once
/// Every operation of a backend against another's, on seeded data: what proves on a user's own
/// machine that a device computes the same bytes.

#include <cstdint>
#include <string>
#include <vector>

#include "cohort/backend.hpp"
#include "cohort/progress.hpp"

namespace cohort {

/// One operation on one shape.
struct SelftestCheck {
  std::string operation;
  std::string shape;
  double reference_seconds = 0;
  double seconds = 0;
  std::string difference;  ///< empty, or where the two results part
};

struct Selftest {
  std::string reference;  ///< "cpu, 1 thread"
  std::string tested;     ///< "NVIDIA H200"
  std::vector<SelftestCheck> checks;

  [[nodiscard]] bool passed() const;
};

/// A few seconds on two cores.
/// \param progress  told about each operation
[[nodiscard]] Selftest selftest(Backend& reference, Backend& tested, std::uint64_t seed,
                                const ProgressListener& progress);

}  // namespace cohort
