#include "cohort/recipe.hpp"

#include <utility>

#include "cohort/error.hpp"

#include "host/survey/column_recipe.hpp"
#include "host/survey/toml_section.hpp"

namespace cohort {
namespace {

class RecipeReader {
 public:
  explicit RecipeReader(Recipe otherwise) : recipe_(std::move(otherwise)) {}

  Recipe read(const toml::table& file, const std::string& source) {
    recipe_.source = source;
    TomlSection root(file, "", source);
    take_section(root, "read", &RecipeReader::read_read);
    take_section(root, "columns", &RecipeReader::read_columns);
    for (TomlSection& section : root.sections("derive")) read_derive(section);
    take_section(root, "features", &RecipeReader::read_features);
    take_section(root, "scale", &RecipeReader::read_scale);
    take_section(root, "correlation", &RecipeReader::read_correlation);
    take_section(root, "pca", &RecipeReader::read_pca);
    take_section(root, "kmeans", &RecipeReader::read_kmeans);
    take_section(root, "affinity", &RecipeReader::read_affinity);
    take_section(root, "duplicates", &RecipeReader::read_duplicates);
    root.refuse_the_rest();
    return std::move(recipe_);
  }

 private:
  void take_section(TomlSection& root, std::string_view name,
                    void (RecipeReader::*reader)(TomlSection&)) {
    if (auto section = root.section(name)) {
      (this->*reader)(*section);
      section->refuse_the_rest();
    }
  }

  // A list of names of columns or features, each remembered with its place.
  std::vector<std::string> names(TomlSection& section, std::string_view key) {
    return section.texts(key, [this](const std::string& name, const std::string& where) {
      recipe_.mentions.push_back({name, where});
    });
  }

  void read_read(TomlSection& section) {
    Recipe::Read& read = recipe_.read;
    read.missing = section.texts("missing");
    take(read.default_missing, section.truth("default_missing"));
    read.drop = names(section, "drop");
    if (const auto text = section.text("delimiter")) {
      const bool usable = text->size() == 1 && (*text)[0] > 0 && (*text)[0] != '"' &&
                          (*text)[0] != '\n' && (*text)[0] != '\r';
      if (!usable) section.refuse("delimiter", "one character, such as \",\" or \"\\t\"");
      read.delimiter = (*text)[0];
    }
    take(read.header, section.truth("header"));
    take(read.decimal, section.choice<char>("decimal", {{".", '.'}, {",", ','}}));
    if (read.decimal && read.decimal == read.delimiter) {
      section.refuse("decimal", "another character than the delimiter");
    }
    take(read.ragged,
         section.choice<Ragged>(
             "ragged", {{"error", Ragged::error}, {"fill", Ragged::fill}, {"skip", Ragged::skip}}));
  }

  void read_columns(TomlSection& columns) {
    for (const std::string& name : columns.names()) {
      TomlSection section = *columns.section(name);
      recipe_.columns.push_back(read_column_recipe(section, name));
    }
  }

  void read_derive(TomlSection& section) {
    DeriveRecipe derive;
    derive.where = section.where();
    take(derive.name, section.text("name"));
    take(derive.from, section.text("from"));
    derive.where_from = section.where("from");
    derive.elapsed = section.choice<std::string>(
        "elapsed",
        {{"hours", "hours"}, {"days", "days"}, {"minutes", "minutes"}, {"seconds", "seconds"}});
    if (auto gaussian = section.section("gaussian")) {
      derive.gaussian_std = gaussian->number(
          "std", {.least = 0, .without_least = true, .words = "a number greater than 0"});
      gaussian->refuse_the_rest();
      if (!derive.gaussian_std) {
        throw UsageError(gaussian->where() + ": gaussian needs its std, as in { std = 40 }");
      }
    }
    take(derive.standardize, section.truth("standardize"));
    section.refuse_the_rest();
    if (derive.name.empty() || derive.from.empty()) {
      throw UsageError(derive.where + ": a [[derive]] needs a name and a from");
    }
    if (!derive.elapsed && !derive.gaussian_std && !derive.standardize) {
      throw UsageError(
          fmt::format("{}: '{}' computes nothing; give it elapsed, gaussian or "
                      "standardize",
                      derive.where, derive.name));
    }
    for (const DeriveRecipe& other : recipe_.derive) {
      if (other.name == derive.name) {
        throw UsageError(fmt::format("{}: '{}' is derived twice, first at {}", derive.where,
                                     derive.name, other.where));
      }
    }
    recipe_.derive.push_back(std::move(derive));
  }

  void read_features(TomlSection& section) {
    Recipe::Features& features = recipe_.features;
    features.drop = names(section, "drop");
    features.keep = names(section, "keep");
    take(features.missing, read_missing_policy(section));
    if (const auto weight = section.text("weight")) {
      features.weight = *weight;
      recipe_.mentions.push_back({*weight, section.where("weight")});
    }
    features.id = names(section, "id");
  }

  void read_scale(TomlSection& section) {
    take(recipe_.scale.method,
         section.choice<ScaleMethod>("method", {{"standard", ScaleMethod::standard},
                                                {"minmax", ScaleMethod::minmax},
                                                {"robust", ScaleMethod::robust},
                                                {"none", ScaleMethod::none}}));
  }

  void read_correlation(TomlSection& section) {
    take(recipe_.correlation.top, section.whole("top", 0));
    recipe_.correlation.drop = names(section, "drop");
    recipe_.correlation.drop_above =
        section.number("drop_above", {.least = 0, .greatest = 1, .words = "a number from 0 to 1"});
  }

  void read_pca(TomlSection& section) {
    take(recipe_.pca.n_components, section.whole("n_components", 1));
    take(recipe_.pca.scale, section.truth("scale"));
  }

  void read_kmeans(TomlSection& section) {
    KMeansParams& params = recipe_.kmeans.params;
    take(params.n_clusters, section.whole("n_clusters", 1));
    take(params.init,
         section.choice<KMeansInit>("init", {{"k-means++", KMeansInit::kmeans_plus_plus},
                                             {"random", KMeansInit::random}}));
    if (section.is_text("n_init")) {
      if (section.text("n_init") != "auto") {
        section.refuse("n_init", "\"auto\" or a whole number of at least 1");
      }
    } else {
      take(params.n_init, section.whole("n_init", 1));
    }
    take(params.max_iter, section.whole("max_iter", 1));
    take(params.tol, section.number("tol", {.least = 0, .words = "a number of at least 0"}));
    take(params.seed, section.whole("seed", 0));
    take(recipe_.kmeans.scale, section.truth("scale"));
    take(recipe_.kmeans.collapse,
         section.choice<Collapse>(
             "collapse",
             {{"auto", Collapse::automatic}, {"on", Collapse::on}, {"off", Collapse::off}}));
  }

  void read_affinity(TomlSection& section) {
    AffinityParams& params = recipe_.affinity.params;
    if (section.is_text("damping")) {
      if (section.text("damping") != "auto")
        section.refuse("damping", "\"auto\" or a number of at least 0.5 and below 1");
      params.damping = AffinityParams().damping;
      recipe_.affinity.raise_damping = true;
    } else if (const auto damping =
                   section.number("damping", {.least = 0.5,
                                              .greatest = 1,
                                              .without_greatest = true,
                                              .words = "a number of at least 0.5 and below 1"})) {
      params.damping = *damping;
      recipe_.affinity.raise_damping = false;
    }
    take(params.max_iter, section.whole("max_iter", 1));
    take(params.convergence_iter, section.whole("convergence_iter", 1));
    if (const auto preference = section.number("preference", {})) params.preference = preference;
    if (const auto share = section.number(
            "preference_quantile",
            {.least = 0, .greatest = 1, .words = "a number of at least 0 and at most 1"}))
      params.preference_quantile = share;
    if (const auto clusters = section.whole("n_clusters", 1)) params.n_clusters = clusters;
    take(params.refine, section.truth("refine"));
    take(recipe_.affinity.hierarchical,
         section.choice<bool>("approximate", {{"none", false}, {"hierarchical", true}}));
    take(params.seed, section.whole("seed", 0));
    take(params.form, section.choice<AffinityForm>("form", {{"auto", AffinityForm::automatic},
                                                            {"dense", AffinityForm::dense},
                                                            {"sparse", AffinityForm::sparse}}));
    take(recipe_.affinity.scale, section.truth("scale"));
  }

  void read_duplicates(TomlSection& section) {
    take(recipe_.duplicates.threshold,
         section.number("threshold", {.least = 0,
                                      .greatest = 1,
                                      .without_least = true,
                                      .words = "a number above 0 and at most 1"}));
  }

  Recipe recipe_;
};

}  // namespace

Recipe parse_recipe(std::string_view toml, const std::string& source, Recipe otherwise) {
  otherwise.text = toml;
  return RecipeReader(std::move(otherwise)).read(parse_toml(toml, source), source);
}

Recipe read_recipe(const std::string& path, Recipe otherwise) {
  return parse_recipe(toml_text(path, "recipe"), path, std::move(otherwise));
}

ReadOptions read_options(const Recipe& recipe) {
  ReadOptions options;
  options.delimiter = recipe.read.delimiter;
  options.header = recipe.read.header;
  options.decimal = recipe.read.decimal;
  options.missing = recipe.read.missing;
  options.default_missing = recipe.read.default_missing;
  if (recipe.read.ragged) options.ragged = *recipe.read.ragged;
  for (const ColumnRecipe& column : recipe.columns) {
    const bool works_on_texts = column.encoding == Encoding::ordinal ||
                                column.encoding == Encoding::one_hot ||
                                column.encoding == Encoding::multi || !column.levels.empty();
    ColumnHint hint{column.name, column.type, column.format, column.na, column.where};
    if (!hint.type && !column.format.empty()) hint.type = ColumnType::datetime;
    if (!hint.type && works_on_texts) hint.type = ColumnType::category;
    options.columns.push_back(std::move(hint));
  }
  return options;
}

}  // namespace cohort
