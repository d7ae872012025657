#pragma once
/// Lloyd's iterations (Lloyd, Least squares quantization in PCM, 1982) by scikit-learn's rules.

#include "cuda/kmeans_passes.hpp"
#include "cuda/kmeans_relabel.hpp"

namespace cohort::cuda {

/// Whether rows of d features can be measured against k centres in registers and shared memory: by
/// shape alone.
[[nodiscard]] bool is_narrow(std::int64_t d, std::int64_t k);

/// How the centres lie that lloyd() moves.
[[nodiscard]] CenterLayout lloyd_layout(std::int64_t k, std::int64_t d);

/// Runs every restart until it stops.
/// \throws DataError when the data hold fewer distinct rows than clusters
void lloyd(const LloydWork& work, const Relabel& relabel, const Device& device, Passes& passes);

/// The step of a restart that waits: its empty clusters get rows.
/// \throws DataError when the data hold fewer distinct rows than clusters
void fill_empty_clusters(const LloydWork& work, std::int64_t restart, const Relabel& relabel,
                         const Device& device);

/// Where all restarts stand.
[[nodiscard]] std::vector<RestartState> states_of(const Restarts& restarts, const Device& device);

}  // namespace cohort::cuda
