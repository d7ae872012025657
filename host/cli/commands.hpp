#pragma once
/// The commands of the program. Each adds itself to the app; what it is to do when chosen goes into
/// `chosen`.

#include <functional>

#include <CLI/CLI.hpp>

namespace cohort::cli {

/// Returns the process's exit code.
using Action = std::function<int()>;

void add_run(CLI::App& app, Action& chosen);
void add_describe(CLI::App& app, Action& chosen);
void add_correlate(CLI::App& app, Action& chosen);
void add_pca(CLI::App& app, Action& chosen);
void add_kmeans(CLI::App& app, Action& chosen);
void add_affinity(CLI::App& app, Action& chosen);

}  // namespace cohort::cli
