#include <fmt/format.h>

#include "cohort/recipe.hpp"
#include "cohort/wording.hpp"

#include "host/survey/column_roles.hpp"
#include "host/survey/elapsed.hpp"
#include "host/survey/levels.hpp"
#include "host/survey/moments.hpp"

namespace cohort {
namespace {

std::string quoted(std::string_view text) {
  std::string toml = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      toml += '\\';
      toml += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      toml += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
    } else {
      toml += c;
    }
  }
  return toml + '"';
}

std::string key(std::string_view name) {
  const bool bare = !name.empty() && name.find_first_not_of(
                                         "abcdefghijklmnopqrstuvwxyz"
                                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                         "0123456789_-") == name.npos;
  return bare ? std::string(name) : quoted(name);
}

std::string_view reason_for(Role role) {
  switch (role) {
    case Role::identifier:
      return "nearly every text differs";
    case Role::row_number:
      return "numbers the rows";
    case Role::free_text:
      return "free text";
    case Role::constant:
      return "constant";
    case Role::empty:
      return "no value in any row";
    case Role::feature:
    case Role::declared:
      break;
  }
  return "";
}

std::string values_of(const Column& column) {
  const Range range = column.is_coded() ? Range{} : range_of(column.values);
  switch (column.type) {
    case ColumnType::number:
      return fmt::format("{} to {}", range.minimum, range.maximum);
    case ColumnType::datetime:
      return fmt::format("{} to {}\n# becomes whole hours since the earliest",
                         clock_text(range.minimum), clock_text(range.maximum));
    case ColumnType::boolean:
      return "becomes 1 and 0";
    case ColumnType::category:
    case ColumnType::text:
      break;
  }
  return "becomes codes 1, 2, ... in the order of the alphabet";
}

std::string column_section(const Column& column) {
  std::string text = fmt::format("[columns.{}]\n# {}", key(column.name),
                                 counted(column.distinct, "distinct value"));
  if (column.missing > 0) {
    text += fmt::format(", {} missing{}", thousands(column.missing),
                        column.type == ColumnType::category ? " (code 1)" : "");
  }
  text += fmt::format("; {}\ntype = {}\n", values_of(column), quoted(name_of(column.type)));
  if (!column.format.empty()) text += fmt::format("format = {}\n", quoted(column.format));
  if (column.type == ColumnType::category) {
    text += "# encoding = \"one-hot\"  # or \"ordinal\" with levels = [\"lowest\", \"highest\"]\n";
  }
  return text + "\n";
}

std::string left_out(const Table& table, const std::vector<Role>& roles) {
  std::string lines;
  for (std::size_t i = 0; i < roles.size(); ++i) {
    if (roles[i] == Role::feature) continue;
    lines += fmt::format("  {},  # {}\n", quoted(table.columns[i].name), reason_for(roles[i]));
  }
  return lines.empty() ? "drop = []\n" : fmt::format("drop = [\n{}]\n", lines);
}

// The defaults come from the structs that hold them, so that this text cannot drift from them.
std::string analysis_sections() {
  const Recipe defaults;
  const KMeansParams& kmeans = defaults.kmeans.params;
  const AffinityParams& affinity = defaults.affinity.params;
  std::string text = "[scale]\nmethod = \"standard\"  # or \"minmax\", \"robust\", \"none\"\n\n";
  text += fmt::format(
      "[correlation]\n"
      "top = {}  # strongest pairs to show\n"
      "# drop = []  # features to leave out after correlating\n"
      "# drop_above = 0.9  # or: of each pair with |r| above it, the later feature goes\n\n",
      defaults.correlation.top);
  text += fmt::format(
      "[pca]\n"
      "# n_components = 2  # when not given: 2, or 1 where there are no more\n"
      "scale = {}\n\n",
      defaults.pca.scale);
  text += fmt::format(
      "[kmeans]\n"
      "n_clusters = {}\n"
      "init = \"k-means++\"  # or \"random\"\n"
      "n_init = \"auto\"  # restarts: more on small surveys\n"
      "max_iter = {}\ntol = {}\nseed = {}\nscale = {}\n"
      "collapse = \"auto\"  # equal rows count as one where that is faster; or \"on\", \"off\"\n\n",
      kmeans.n_clusters, kmeans.max_iter, kmeans.tol, kmeans.seed, defaults.kmeans.scale);
  text += fmt::format(
      "[affinity]\n"
      "damping = \"auto\"  # {}, and more where exemplars oscillate; or a number from 0.5 to 1\n"
      "max_iter = {}\nconvergence_iter = {}\n"
      "# preference = -50.0  # lower: fewer clusters; the median similarity when not given\n"
      "# preference_quantile = 0.5  # or: this quantile of the similarities\n"
      "# n_clusters = 5  # or: the preference that gives so many\n"
      "form = \"auto\"  # what is stored of all pairs: \"dense\" or \"sparse\"; the result is the "
      "same\n"
      "refine = {}\napproximate = \"none\"  # or \"hierarchical\", for millions of distinct rows\n"
      "seed = {}\nscale = {}\n\n",
      affinity.damping, affinity.max_iter, affinity.convergence_iter, affinity.refine,
      affinity.seed, defaults.affinity.scale);
  text += fmt::format(
      "[duplicates]\n"
      "threshold = {}  # share of equal answers from which two respondents are near-duplicates\n",
      defaults.duplicates.threshold);
  return text;
}

/// What the table was read with, so that it is read so again.
std::string read_section(const Recipe::Read& read) {
  std::vector<std::string> tokens;
  for (const std::string& token : read.missing) tokens.push_back(quoted(token));
  std::string text = fmt::format(
      "[read]\n"
      "missing = [{}]  # what else means a missing answer, such as \"-\" or \"99\"\n"
      "drop = []  # columns that are no features, but count when respondents are compared\n",
      fmt::join(tokens, ", "));
  if (read.delimiter)
    text += fmt::format("delimiter = {}\n", quoted(std::string(1, *read.delimiter)));
  if (read.decimal) text += fmt::format("decimal = {}\n", quoted(std::string(1, *read.decimal)));
  if (read.header) text += fmt::format("header = {}\n", *read.header);
  if (read.ragged) {
    const char* policy = *read.ragged == Ragged::fill   ? "fill"
                         : *read.ragged == Ragged::skip ? "skip"
                                                        : "error";
    text += fmt::format("ragged = \"{}\"\n", policy);
  }
  return text + "\n";
}

}  // namespace

std::string starting_recipe(const Table& table, const Recipe::Read& read) {
  const std::vector<Role> roles = column_roles(table, Recipe{});
  std::string text =
      "# A starting recipe. As it stands it says what happens without one; change what you like.\n"
      "\n" +
      read_section(read);
  for (std::size_t i = 0; i < roles.size(); ++i) {
    if (roles[i] == Role::feature) text += column_section(table.columns[i]);
  }
  text +=
      "# [[derive]]  # a feature computed from a column: elapsed, gaussian, standardize\n"
      "# name = \"Days\"\n"
      "# from = \"Timestamp\"\n"
      "# elapsed = \"days\"\n\n"
      "[features]\n";
  text += left_out(table, roles);
  text +=
      "missing = \"drop-row\"  # or \"mean\", \"median\", \"mode\", \"indicator\"\n"
      "# weight = \"\"  # the column of survey weights\n"
      "# id = []  # columns to carry to the outputs\n\n";
  return text + analysis_sections();
}

}  // namespace cohort
