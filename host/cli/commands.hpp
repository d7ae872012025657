#pragma once
/// The commands of the program. Each adds itself to the app; what it is to do when chosen goes into
/// `chosen`.

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

namespace cohort::cli {

/// Returns the process's exit code.
using Action = std::function<int()>;

void add_run(CLI::App& app, Action& chosen);
void add_describe(CLI::App& app, Action& chosen);
void add_generate(CLI::App& app, Action& chosen);
void add_correlate(CLI::App& app, Action& chosen);
void add_pca(CLI::App& app, Action& chosen);
void add_kmeans(CLI::App& app, Action& chosen);
void add_affinity(CLI::App& app, Action& chosen);
void add_compare(CLI::App& app, Action& chosen);
void add_selftest(CLI::App& app, Action& chosen);
void add_bench(CLI::App& app, Action& chosen);

/// "cohort 1.2.3"; verbose: also what the program was built with and the devices it sees.
[[nodiscard]] std::string version_text(bool verbose);

}  // namespace cohort::cli
