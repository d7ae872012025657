#pragma once
/// Similarities by their order among all pairs, a tile of them at a time: nothing is stored but
/// counts.

#include <cstdint>
#include <vector>

#include "cohort/affinity_arithmetic.hpp"
#include "cohort/affinity_fit.hpp"

#include "host/cpu/affinity_similarities.hpp"

namespace cohort::cpu {

/// The least and the largest w_i s(i,j), i != j, as AffinityPasses has them.
[[nodiscard]] SimilarityRange similarity_range(const SimilarityRows& similarities, Machine machine);

/// Finds values by rank: a bracket that is likely to hold the rank, guessed from a sample of pairs,
/// then passes over all pairs that count what lies below it and what lies in each of its parts. A
/// guess that misses costs a pass more.
class SimilarityRanks {
 public:
  /// \param similarities  outlives this
  SimilarityRanks(const SimilarityRows& similarities, Machine machine)
      : similarities_(similarities), machine_(machine) {}

  /// AffinityPasses::at_rank() and next_above(), which is cheaper for the value just found.
  [[nodiscard]] RankedSimilarity at(const PairWeights& pairs, PairWeight rank);
  [[nodiscard]] float next_above(const PairWeights& pairs, float value);

  /// Values from `least` to `largest`, by order_of(), in parts of 2^shift of them.
  struct Bracket {
    std::int32_t least, largest;
    int shift;
  };

 private:
  /// \param least, largest  order_of() values
  [[nodiscard]] Bracket bracket_of(std::int32_t least, std::int32_t largest) const;
  [[nodiscard]] Bracket guess(const PairWeights& pairs, PairWeight rank) const;
  /// Counts all pairs: fills below_ and parts_.
  void count(const PairWeights& pairs, const Bracket& bracket);

  const SimilarityRows& similarities_;
  Machine machine_;
  Bracket counted_ = {1, 0, 0};    ///< the bracket of the last count
  PairWeight below_ = 0;           ///< weight of the pairs below it
  std::vector<PairWeight> parts_;  ///< and in its parts
};

}  // namespace cohort::cpu
