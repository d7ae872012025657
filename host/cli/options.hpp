#pragma once
/// What every command takes, and how the flags of a stage change a recipe.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cohort/analysis.hpp"
#include "cohort/device.hpp"
#include "cohort/recipe.hpp"
#include "cohort/report.hpp"

namespace cohort::cli {

/// How results are told.
struct TellingFlags {
  bool json = false;
  bool quiet = false;
  bool no_progress = false;
  std::string color = "auto";
};

/// What computes.
struct MachineFlags {
  int threads = 0;
  std::string device = "auto";
};

/// How a file is read, and what is told.
struct ReadingFlags : TellingFlags {
  std::string file;  ///< empty = the embedded sample
  std::string recipe;
  std::vector<std::string> na;
  std::string delimiter;
  std::string ragged;
  std::string decimal;
  bool header = false;
  bool no_header = false;
  int threads = 0;
};

/// What an analysis takes besides.
struct AnalysisFlags {
  std::string out;
  bool force = false;
  bool timings = false;
  bool no_rows = false;
  bool strict = false;
  std::optional<std::uint64_t> seed;
  std::string scale;
  std::string device = "auto";
  std::string compat;                      ///< --compat of affinity propagation
  std::string preferences;                 ///< --preferences of affinity propagation
  bool precomputed = false;                ///< FILE holds similarities
  std::string centers;                     ///< --centers of K-means
  std::optional<std::int64_t> n_clusters;  ///< --n-clusters, to be held against the centres
};

void add_threads(CLI::App& command, int& threads);
void add_telling_flags(CLI::App& command, TellingFlags& flags);
void add_machine_flags(CLI::App& command, MachineFlags& flags);
void add_reading_flags(CLI::App& command, ReadingFlags& flags);
void add_analysis_flags(CLI::App& command, AnalysisFlags& flags);

/// A flag's effect on the recipe, applied after the recipe is read: the command line wins.
using RecipeChange = std::function<void(Recipe&)>;
using RecipeChanges = std::vector<RecipeChange>;

void add_correlate_flags(CLI::App& command, RecipeChanges& changes);
void add_pca_flags(CLI::App& command, RecipeChanges& changes);
void add_kmeans_flags(CLI::App& command, RecipeChanges& changes, AnalysisFlags& flags);
void add_affinity_flags(CLI::App& command, RecipeChanges& changes, AnalysisFlags& flags);
/// Those of its own command.
void add_affinity_command_flags(CLI::App& command, RecipeChanges& changes, AnalysisFlags& flags);
/// --max-iter, for the commands of one stage.
void add_max_iter(CLI::App& command, RecipeChanges& changes);

/// The recipe that applies: the given file, the sample's, or none; with the flags' changes made.
[[nodiscard]] Recipe effective_recipe(const ReadingFlags& flags, const RecipeChanges& changes,
                                      Recipe start = {});

/// What holds where neither a recipe nor a flag says otherwise: with --compat the library's own
/// defaults.
[[nodiscard]] Recipe starting_point(const AnalysisFlags& flags);

/// Seed, scaling and centres.
void apply(const AnalysisFlags& flags, Recipe& recipe);

[[nodiscard]] Device device_named(const std::string& name);

/// "cpu, 2 threads"; a GPU by its name.
[[nodiscard]] std::string named(Backend& backend);

/// --color, NO_COLOR, FORCE_COLOR, TERM=dumb and whether stdout is a terminal; its width, 60 to
/// 120.
[[nodiscard]] TerminalStyle terminal_style(const TellingFlags& flags);

}  // namespace cohort::cli
