#include "host/cli/options.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string_view>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cohort/error.hpp"
#include "cohort/sample.hpp"
#include "cohort/wording.hpp"

#include "host/cli/flag_values.hpp"

namespace cohort::cli {

namespace {

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

bool wants_color(const std::string& choice) {
  if (choice == "always") return true;
  if (choice == "never" || is_set("NO_COLOR")) return false;
  if (is_set("FORCE_COLOR")) return true;
  const char* term = std::getenv("TERM");
  return isatty(STDOUT_FILENO) != 0 && term != nullptr && std::string_view(term) != "dumb";
}

int terminal_width() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return std::clamp(static_cast<int>(size.ws_col), 60, 120);
}

/// `--n-clusters` under scikit-learn's spelling too: `--n_clusters`.
std::string both_spellings(std::string flag) {
  std::string underscored = flag;
  std::replace(underscored.begin() + 2, underscored.end(), '-', '_');
  return underscored == flag ? flag : flag + "," + underscored;
}

/// A flag with a value that changes the recipe when it is given.
template <class T>
CLI::Option* add_change(CLI::App& command, RecipeChanges& changes, const std::string& flag,
                        const std::string& help, std::function<void(Recipe&, const T&)> change) {
  CLI::Option* option = command.add_option_function<T>(
      both_spellings(flag),
      [&changes, change](const T& value) {
        changes.emplace_back([change, value](Recipe& recipe) { change(recipe, value); });
      },
      help);
  if constexpr (std::is_same_v<T, std::int64_t>) option->check(whole_number());
  return option;
}

/// A flag without a value that changes the recipe when it is given.
void add_switch(CLI::App& command, RecipeChanges& changes, const std::string& flag,
                const std::string& help, RecipeChange change) {
  command.add_flag_callback(
      flag, [&changes, change = std::move(change)] { changes.push_back(change); }, help);
}

/// What decides the preference on the command line takes the place of what decides it in the
/// recipe.
void forget_preferences(Recipe& recipe) {
  AffinityParams& params = recipe.affinity.params;
  params.preference.reset();
  params.preference_quantile.reset();
  params.n_clusters.reset();
}

void change_damping(Recipe& recipe, const std::string& value) {
  AffinityParams& params = recipe.affinity.params;
  recipe.affinity.raise_damping = value == "auto";
  if (recipe.affinity.raise_damping) {
    params.damping = AffinityParams().damping;
  } else if (!CLI::detail::lexical_cast(value, params.damping)) {
    throw UsageError(fmt::format(
        "--damping must be auto or a number of at least 0.5 and below 1, not '{}'", value));
  }
}

void add_device(CLI::App& command, std::string& device) {
  command.add_option("--device", device, "auto, cpu or gpu; results do not depend on it")
      ->type_name("DEVICE")
      ->check(CLI::IsMember({"auto", "cpu", "gpu"}));
}

char delimiter_named(const std::string& name) {
  if (name == "tab" || name == "\\t") return '\t';
  if (name.size() == 1) return name[0];
  throw UsageError("--delimiter takes one character or the word tab, not '" + name + "'");
}

Ragged ragged_named(const std::string& name) {
  if (name == "fill") return Ragged::fill;
  return name == "skip" ? Ragged::skip : Ragged::error;
}

ScaleMethod scale_named(const std::string& name) {
  if (name == "minmax") return ScaleMethod::minmax;
  if (name == "robust") return ScaleMethod::robust;
  return name == "none" ? ScaleMethod::none : ScaleMethod::standard;
}

void scale_everything(Recipe& recipe, bool scale) {
  recipe.pca.scale = scale;
  recipe.kmeans.scale = scale;
  recipe.affinity.scale = scale;
}

}  // namespace

void add_threads(CLI::App& command, int& threads) {
  command.add_option("--threads", threads, "CPU threads; 0 is one for each processor")
      ->type_name("N")
      ->check(CLI::Range(0, 4096));
}

void add_telling_flags(CLI::App& command, TellingFlags& flags) {
  command.add_flag("--json", flags.json, "Print JSON on standard output");
  command.add_flag("-q,--quiet", flags.quiet, "Nothing on standard error but errors");
  command.add_flag("--no-progress", flags.no_progress, "No progress line");
  command.add_option("--color", flags.color, "auto, always or never")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}));
}

void add_machine_flags(CLI::App& command, MachineFlags& flags) {
  add_threads(command, flags.threads);
  add_device(command, flags.device);
}

void add_reading_flags(CLI::App& command, ReadingFlags& flags) {
  command
      .add_option("FILE", flags.file,
                  "Survey (CSV, TSV, ...) or .npy matrix; - is\nstandard input; without it: the "
                  "embedded sample")
      ->type_name(" ")
      ->check(not_empty());
  command
      .add_option("--recipe", flags.recipe, "TOML file that says how the survey becomes features")
      ->type_name("FILE")
      ->check(not_empty());
  command.add_option("--na", flags.na, "A further text that means missing; may be repeated")
      ->type_name("TEXT")
      ->allow_extra_args(false);
  command
      .add_option("--delimiter", flags.delimiter,
                  "Field delimiter, one character or `tab`; found when not given")
      ->type_name("CHAR")
      ->check(not_empty());
  command.add_option("--decimal", flags.decimal, "Decimal mark, . or ,; found when not given")
      ->type_name("CHAR")
      ->check(CLI::IsMember({".", ","}));
  command
      .add_option("--ragged", flags.ragged,
                  "Rows with too few or too many fields: error, fill or skip")
      ->type_name("POLICY")
      ->check(CLI::IsMember({"error", "fill", "skip"}));
  auto* header = command.add_flag("--header", flags.header, "The first row holds names");
  command.add_flag("--no-header", flags.no_header, "The first row holds answers")->excludes(header);
  add_threads(command, flags.threads);
  add_telling_flags(command, flags);
}

void add_analysis_flags(CLI::App& command, AnalysisFlags& flags) {
  command
      .add_option("-o,--out", flags.out,
                  "Write report.html, report.json and the .csv files\ninto this directory")
      ->type_name("DIR")
      ->check(not_empty());
  command.add_flag("--force", flags.force, "Overwrite files that are there");
  command.add_flag("--timings", flags.timings, "Measured times into DIR/report.* too");
  command.add_flag("--no-rows", flags.no_rows, "No single respondents in DIR/report.html");
  command.add_flag("--strict", flags.strict, "Exit with 6 when something did not converge");
  command.add_option("--seed", flags.seed, "Seed of every random draw (0)")
      ->type_name("N")
      ->check(unsigned_whole_number());
  command.add_option("--scale", flags.scale, "standard, minmax, robust or none, for every stage")
      ->type_name("METHOD")
      ->check(CLI::IsMember({"standard", "minmax", "robust", "none"}));
  add_device(command, flags.device);
}

void add_correlate_flags(CLI::App& command, RecipeChanges& changes) {
  add_change<std::int64_t>(command, changes, "--top",
                           "How many of the strongest pairs to show (20)",
                           [](Recipe& recipe, const std::int64_t& value) {
                             if (value < 0) throw UsageError("--top must be 0 or more");
                             recipe.correlation.top = value;
                           })
      ->type_name("N");
  add_change<double>(command, changes, "--drop-above",
                     "Of each pair with |r| above this, drop the later feature",
                     [](Recipe& recipe, const double& value) {
                       if (!(value >= 0 && value <= 1))
                         throw UsageError("--drop-above must be from 0 to 1");
                       recipe.correlation.drop_above = value;
                     })
      ->type_name("R");
}

void add_pca_flags(CLI::App& command, RecipeChanges& changes) {
  add_change<std::int64_t>(
      command, changes, "--n-components", "Principal components (2)",
      [](Recipe& recipe, const std::int64_t& value) { recipe.pca.n_components = value; })
      ->type_name("N");
}

void add_kmeans_flags(CLI::App& command, RecipeChanges& changes, AnalysisFlags& flags) {
  add_change<std::int64_t>(command, changes, "--n-clusters", "K-means: number of clusters (8)",
                           [&flags](Recipe& recipe, const std::int64_t& value) {
                             recipe.kmeans.params.n_clusters = value;
                             flags.n_clusters = value;
                           })
      ->type_name("K");
  add_change<std::string>(
      command, changes, "--n-init", "K-means: starts, or auto for 10 to 100 by the data's size",
      [](Recipe& recipe, const std::string& value) {
        std::int64_t starts = 0;
        if (value != "auto" && (!whole_number()(value).empty() ||
                                !CLI::detail::lexical_cast(value, starts) || starts < 1)) {
          throw UsageError("--n-init must be auto or a whole number of at least 1, not '" + value +
                           "'");
        }
        recipe.kmeans.params.n_init = starts;
      })
      ->type_name("N");
  add_change<std::string>(command, changes, "--init", "K-means: k-means++ or random starts",
                          [](Recipe& recipe, const std::string& value) {
                            recipe.kmeans.params.init = value == "random"
                                                            ? KMeansInit::random
                                                            : KMeansInit::kmeans_plus_plus;
                          })
      ->type_name("METHOD")
      ->check(CLI::IsMember({"k-means++", "random"}));
  add_change<double>(command, changes, "--tol", "K-means: stop at this shift of the centres (1e-4)",
                     [](Recipe& recipe, const double& value) { recipe.kmeans.params.tol = value; })
      ->type_name("TOL");
  add_change<std::string>(command, changes, "--collapse",
                          "K-means: count equal rows as one: auto (where it is\nfaster), on or off",
                          [](Recipe& recipe, const std::string& value) {
                            recipe.kmeans.collapse = value == "on"    ? Collapse::on
                                                     : value == "off" ? Collapse::off
                                                                      : Collapse::automatic;
                          })
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "on", "off"}));
  command
      .add_option("--centers", flags.centers,
                  "K-means: start from the rows of this .npy, in the features' own units")
      ->type_name("FILE")
      ->check(not_empty());
}

void add_affinity_flags(CLI::App& command, RecipeChanges& changes, AnalysisFlags& flags) {
  add_change<std::string>(
      command, changes, "--damping",
      "Affinity propagation: damping, 0.5 to 1, or auto: 0.9,\nand more where exemplars oscillate",
      [](Recipe& recipe, const std::string& value) { change_damping(recipe, value); })
      ->type_name("D");
  add_change<double>(command, changes, "--preference",
                     "Affinity propagation: preference of every row (the median similarity)",
                     [](Recipe& recipe, const double& value) {
                       forget_preferences(recipe);
                       recipe.affinity.params.preference = value;
                     })
      ->type_name("P");
  add_change<std::int64_t>(command, changes, "--convergence-iter",
                           "Affinity propagation: iterations without change to stop after (50)",
                           [](Recipe& recipe, const std::int64_t& value) {
                             recipe.affinity.params.convergence_iter = value;
                           })
      ->type_name("N");
  add_change<std::string>(command, changes, "--form",
                          "Affinity propagation: what is stored of all pairs: auto,\ndense or "
                          "sparse; the result is the "
                          "same",
                          [](Recipe& recipe, const std::string& value) {
                            recipe.affinity.params.form = value == "dense" ? AffinityForm::dense
                                                          : value == "sparse"
                                                              ? AffinityForm::sparse
                                                              : AffinityForm::automatic;
                          })
      ->type_name("FORM")
      ->check(CLI::IsMember({"auto", "dense", "sparse"}));
  add_change<std::string>(command, changes, "--approximate",
                          "Affinity propagation: hierarchical, in parts, for millions\nof distinct "
                          "rows; or none",
                          [](Recipe& recipe, const std::string& value) {
                            recipe.affinity.hierarchical = value == "hierarchical";
                          })
      ->type_name("MODE")
      ->check(CLI::IsMember({"none", "hierarchical"}));
  command
      .add_option("--compat", flags.compat,
                  "Affinity propagation: sklearn repeats scikit-learn's own arithmetic, noise and "
                  "defaults")
      ->type_name("LIBRARY")
      ->check(CLI::IsMember({"sklearn"}));
}

void add_affinity_command_flags(CLI::App& command, RecipeChanges& changes, AnalysisFlags& flags) {
  auto* quantile = add_change<double>(command, changes, "--preference-quantile",
                                      "Preference: this quantile, 0 to 1, of the similarities",
                                      [](Recipe& recipe, const double& value) {
                                        forget_preferences(recipe);
                                        recipe.affinity.params.preference_quantile = value;
                                      })
                       ->type_name("Q");
  auto* clusters = add_change<std::int64_t>(command, changes, "--n-clusters",
                                            "Search for the preference that gives so many clusters",
                                            [](Recipe& recipe, const std::int64_t& value) {
                                              forget_preferences(recipe);
                                              recipe.affinity.params.n_clusters = value;
                                            })
                       ->type_name("K");
  auto* preferences = command
                          .add_option("--preferences", flags.preferences,
                                      "A preference for each row of FILE: an .npy of one column")
                          ->type_name("NPY")
                          ->check(not_empty());
  auto* preference = command.get_option("--preference");
  for (CLI::Option* option : {quantile, clusters, preferences}) option->excludes(preference);
  for (CLI::Option* option : {clusters, preferences}) option->excludes(quantile);
  preferences->excludes(clusters);
  add_switch(command, changes, "--refine",
             "After the messages, take each cluster's medoid until nothing\nchanges, 5 times at "
             "most",
             [](Recipe& recipe) { recipe.affinity.params.refine = true; });
  add_switch(command, changes, "--trace",
             "JSON: exemplars, and how many changed, in every iteration",
             [](Recipe& recipe) { recipe.affinity.params.trace = true; });
  add_switch(command, changes, "--preference-range",
             "Only tell between which preferences the number of clusters\nis decided",
             [](Recipe& recipe) { recipe.affinity.params.only_preference_range = true; });
  command.add_flag("--precomputed", flags.precomputed,
                   "FILE is an .npy of similarities, rows x rows; its diagonal is\nnot read");
}

void add_max_iter(CLI::App& command, RecipeChanges& changes) {
  add_change<std::int64_t>(command, changes, "--max-iter", "Most iterations",
                           [](Recipe& recipe, const std::int64_t& value) {
                             recipe.kmeans.params.max_iter = value;
                             recipe.affinity.params.max_iter = value;
                           })
      ->type_name("N");
}

Recipe starting_point(const AnalysisFlags& flags) {
  Recipe recipe;
  if (flags.compat == "sklearn") {
    recipe.affinity.sklearn = true;
    recipe.affinity.params.damping = 0.5;
    recipe.affinity.raise_damping = false;
    recipe.affinity.params.max_iter = 200;
    recipe.affinity.params.convergence_iter = 15;
  }
  return recipe;
}

Recipe effective_recipe(const ReadingFlags& flags, const RecipeChanges& changes, Recipe start) {
  Recipe recipe = std::move(start);
  if (!flags.recipe.empty()) {
    recipe = read_recipe(flags.recipe, std::move(recipe));
  } else if (flags.file.empty()) {
    recipe = parse_recipe(sample_recipe(), "the sample's recipe", std::move(recipe));
  } else {
    recipe.source = "no recipe";
    // A bare matrix is taken as it is, as every library of the field would; a survey's columns have
    // units.
    if (flags.file != "-" && is_npy(flags.file)) scale_everything(recipe, false);
  }
  recipe.read.missing.insert(recipe.read.missing.end(), flags.na.begin(), flags.na.end());
  if (!flags.delimiter.empty()) recipe.read.delimiter = delimiter_named(flags.delimiter);
  if (!flags.decimal.empty()) recipe.read.decimal = flags.decimal[0];
  if (!flags.ragged.empty()) recipe.read.ragged = ragged_named(flags.ragged);
  if (flags.header) recipe.read.header = true;
  if (flags.no_header) recipe.read.header = false;
  for (const RecipeChange& change : changes) change(recipe);
  return recipe;
}

void apply(const AnalysisFlags& flags, Recipe& recipe) {
  if (flags.seed) {
    recipe.kmeans.params.seed = *flags.seed;
    recipe.affinity.params.seed = *flags.seed;
  }
  if (!flags.scale.empty()) {
    recipe.scale.method = scale_named(flags.scale);
    scale_everything(recipe, recipe.scale.method != ScaleMethod::none);
  }
  if (!flags.preferences.empty()) {
    const Matrix<float> given = read_npy(flags.preferences);
    if (given.rows() != 1 && given.cols() != 1)
      throw UsageError(fmt::format("{} is {} x {}; --preferences takes one column",
                                   flags.preferences, given.rows(), given.cols()));
    forget_preferences(recipe);
    recipe.affinity.params.preferences.assign(given.data(),
                                              given.data() + given.rows() * given.cols());
  }
  if (!flags.centers.empty()) {
    recipe.kmeans.params.init = KMeansInit::given;
    recipe.kmeans.params.centers = read_npy(flags.centers);
    const std::int64_t given = recipe.kmeans.params.centers.rows();
    if (flags.n_clusters && *flags.n_clusters != given) {
      throw UsageError(fmt::format(
          "--n-clusters is {} and {} holds {} centres; leave --n-clusters out, or give as many",
          *flags.n_clusters, flags.centers, given));
    }
    recipe.kmeans.params.n_clusters = given;
  }
}

Device device_named(const std::string& name) {
  if (name == "gpu") return Device::gpu;
  return name == "cpu" ? Device::cpu : Device::automatic;
}

std::string named(Backend& backend) {
  if (backend.device() != "cpu") return backend.device();
  return "cpu, " + counted(backend.host_threads().threads(), "thread");
}

TerminalStyle terminal_style(const TellingFlags& flags) {
  return {wants_color(flags.color), terminal_width()};
}

}  // namespace cohort::cli
