#pragma once
/// A recipe says how a survey becomes features and what is done with them. It is written in TOML;
/// each struct below is a section of it and each member a key of the same name.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cohort/affinity.hpp"
#include "cohort/collapse.hpp"
#include "cohort/kmeans.hpp"
#include "cohort/read.hpp"

namespace cohort {

enum class MissingPolicy { drop_row, mean, median, mode, indicator };
enum class Encoding {
  automatic,  ///< numbers and booleans as they are, categories as codes, datetimes as elapsed hours
  codes,      ///< 1, 2, ... over the sorted distinct values; a missing value sorts first
  ordinal,    ///< 1, 2, ... in the order of `levels`
  one_hot,    ///< an indicator for each level, the block weighted by 1/sqrt(m)
  multi       ///< the cell split at `separator`, an indicator for each part, the block weighted by
              ///< 1/sqrt(m)
};
enum class ScaleMethod { standard, minmax, robust, none };

/// [columns.NAME]
struct ColumnRecipe {
  std::string name;
  std::optional<ColumnType> type;
  std::string format;
  Encoding encoding = Encoding::automatic;
  std::vector<std::string>
      levels;                   ///< declared order (ordinal) or declared set (one-hot, category)
  bool reverse = false;         ///< x becomes minimum + maximum - x (a reverse-worded item)
  std::string separator;        ///< of a multi-select cell
  std::vector<std::string> na;  ///< missing tokens of this column only
  std::optional<MissingPolicy>
      missing;  ///< what to do with missing cells; when not given, codes have a code for them and
                ///< all others follow [features] missing
  std::string where;  ///< "recipe.toml:12:1", for messages
};

/// A name that a list of the recipe gives, and where, for messages.
struct Mention {
  std::string name;
  std::string where;  ///< "recipe.toml:12:9"
};

/// [[derive]], computed over all input rows, before any is dropped and without weights; what is
/// missing stays missing. The steps given are taken in the order below.
struct DeriveRecipe {
  std::string name;
  std::string from;                    ///< a column or an earlier derived one
  std::optional<std::string> elapsed;  ///< "hours", "days", "minutes" or "seconds": whole units of
                                       ///< the clock since the earliest row's unit
  std::optional<double>
      gaussian_std;          ///< gaussian = { std = 40 }: exp(-x^2 / 2 std^2) / (std sqrt(2 pi))
  bool standardize = false;  ///< (x - mean) / standard deviation, ddof = 1, last
  std::string where;         ///< "recipe.toml:12:1", for messages
  std::string where_from;    ///< of its `from`
};

struct Recipe {
  std::string source;  ///< its path, or "no recipe"
  std::string text;    ///< as it was parsed; without what flags changed
  struct Read {
    std::vector<std::string> missing;
    bool default_missing = true;
    std::vector<std::string> drop;  ///< columns read (they count as answers when respondents are
                                    ///< compared), never features
    std::optional<char> delimiter;
    std::optional<bool> header;
    std::optional<char> decimal;
    std::optional<Ragged> ragged;
  } read;
  std::vector<ColumnRecipe> columns;
  std::vector<DeriveRecipe> derive;
  struct Features {
    std::vector<std::string> drop;
    std::vector<std::string> keep;  ///< given: these and no others
    MissingPolicy missing = MissingPolicy::drop_row;
    std::string weight;           ///< column of survey weights
    std::vector<std::string> id;  ///< columns carried to the outputs, never features
  } features;
  struct Scale {
    ScaleMethod method = ScaleMethod::standard;
  } scale;
  struct Correlation {
    std::int64_t top = 20;
    std::vector<std::string> drop;
    std::optional<double> drop_above;  ///< of each pair with |r| above it, the later feature goes
  } correlation;
  struct Pca {
    std::optional<std::int64_t> n_components;  ///< when not given 2, or 1 where there are no more
    bool scale = true;
  } pca;
  struct KMeansSection {
    KMeansParams params;
    bool scale = true;
    Collapse collapse = Collapse::automatic;
  } kmeans;
  struct AffinitySection {
    AffinityParams params;
    bool raise_damping = true;  ///< damping = "auto"; a number is kept
    bool scale = true;
    bool hierarchical = false;  ///< approximate = "hierarchical": affinity_hierarchical
    bool sklearn = false;       ///< --compat sklearn: affinity_sklearn; not a key of the recipe
  } affinity;
  struct Duplicates {
    double threshold =
        0.8;  ///< share of equal answers from which two respondents are near-duplicates
  } duplicates;
  std::vector<Mention> mentions;  ///< every name in the lists above, in the order of the file
};

/// Parses TOML. Unknown keys, wrong types, values out of range and contradictions throw UsageError
/// "file:line:column: what; did you mean ...?".
/// \param otherwise  what holds where the recipe says nothing
[[nodiscard]] Recipe parse_recipe(std::string_view toml, const std::string& source,
                                  Recipe otherwise = {});
/// \throws UsageError also where the file cannot be read
[[nodiscard]] Recipe read_recipe(const std::string& path, Recipe otherwise = {});

/// The options that reading takes from a recipe. A column whose encoding works on texts (ordinal,
/// one-hot, multi, declared levels) is read as a category unless its type is given.
[[nodiscard]] ReadOptions read_options(const Recipe& recipe);

/// Whether anything but a comparison of respondents needs the column: a feature, a derivation, an
/// id, the weight, or a section that says how it is to be read.
[[nodiscard]] bool uses_column(const Recipe& recipe, std::string_view column);

/// A commented starting recipe for a table that was read with `read`: parses, and means what no
/// recipe means for that table.
[[nodiscard]] std::string starting_recipe(const Table& table, const Recipe::Read& read);

}  // namespace cohort
