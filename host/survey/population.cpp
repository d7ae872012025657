// A population file becomes a Population.

#include <algorithm>
#include <cmath>
#include <utility>

#include "cohort/error.hpp"
#include "cohort/generate.hpp"

#include "host/survey/datetime.hpp"
#include "host/survey/datetime_text.hpp"
#include "host/survey/lists.hpp"
#include "host/survey/toml_section.hpp"

namespace cohort {
namespace {

const NumberRange kShare = {.least = 0, .greatest = 1, .words = "a number from 0 to 1"};
const NumberRange kPositive = {
    .least = 0, .without_least = true, .words = "a number greater than 0"};

bool has_normal_score(Answers answers) {
  return answers == Answers::ordinal || answers == Answers::normal ||
         answers == Answers::log_normal;
}

class PopulationReader {
 public:
  Population read(const toml::table& file, const std::string& source) {
    TomlSection root(file, "", source);
    if (auto repeats = root.section("repeats")) read_repeats(*repeats);
    for (TomlSection& section : root.sections("segments")) read_segment(section);
    if (population_.segments.empty())
      throw UsageError(source +
                       ": a population needs segments: a [[segments]] with a name and a "
                       "share for each");
    if (auto columns = root.section("columns")) read_columns(*columns);
    root.refuse_the_rest();
    if (population_.columns.empty())
      throw UsageError(source + ": a population needs columns: a [columns.NAME] with a type each");
    return std::move(population_);
  }

 private:
  void read_repeats(TomlSection& section) {
    take(population_.repeat_share,
         section.number("share", {.least = 0, .greatest = 0.5, .words = "a number from 0 to 0.5"}));
    take(population_.repeat_after, section.whole("after", 1));
    section.refuse_the_rest();
  }

  void read_segment(TomlSection& section) {
    Population::Segment segment;
    take(segment.name, section.text("name"));
    take(segment.share, section.number("share", kPositive));
    section.refuse_the_rest();
    if (segment.name.empty() || segment.share == 0)
      throw UsageError(section.where() + ": a [[segments]] needs a name and a share");
    if (std::find(names_.begin(), names_.end(), segment.name) != names_.end())
      throw UsageError(fmt::format("{}: a segment named '{}' is there already",
                                   section.where("name"), segment.name));
    names_.push_back(segment.name);
    population_.segments.push_back(std::move(segment));
  }

  void read_columns(TomlSection& columns) {
    for (const std::string& name : columns.names()) {
      TomlSection section = *columns.section(name);
      PopulationColumn column;
      column.name = name;
      const auto answers = section.choice<Answers>("type", {{"category", Answers::category},
                                                            {"ordinal", Answers::ordinal},
                                                            {"normal", Answers::normal},
                                                            {"log-normal", Answers::log_normal},
                                                            {"datetime", Answers::datetime},
                                                            {"identifier", Answers::identifier}});
      if (!answers)
        throw UsageError(fmt::format(
            "{}: [columns.{}] needs a type: category, ordinal, normal, log-normal, datetime or "
            "identifier",
            section.where(), name));
      column.answers = *answers;
      read_column(section, column);
      population_.columns.push_back(std::move(column));
    }
  }

  void read_column(TomlSection& section, PopulationColumn& column) {
    switch (column.answers) {
      case Answers::category:
        read_values(section, "values", column);
        break;
      case Answers::ordinal:
        read_values(section, "levels", column);
        break;
      case Answers::normal:
      case Answers::log_normal:
        read_number(section, column);
        break;
      case Answers::datetime:
        read_datetime(section, column);
        break;
      case Answers::identifier:
        read_identifier(section, column);
    }
    take(column.missing_text, section.text("missing_text"));
    take(column.redrawn, section.number("redrawn", kShare));
    if (has_normal_score(column.answers)) read_correlation(section, column);
    AnswerDistribution everyone;
    if (column.answers == Answers::category) everyone.shares.assign(column.values.size(), 1);
    read_distribution(section, column, everyone);
    column.in_segment.assign(names_.size(), everyone);
    if (auto segments = section.section("segments")) {
      for (std::size_t s = 0; s < names_.size(); ++s) {
        auto own = segments->section(names_[s]);
        if (!own) continue;
        read_distribution(*own, column, column.in_segment[s]);
        own->refuse_the_rest();
      }
      segments->refuse_the_rest();
    }
    section.refuse_the_rest();
  }

  static void read_values(TomlSection& section, std::string_view key, PopulationColumn& column) {
    column.values = section.texts(key);
    if (column.values.empty())
      throw UsageError(fmt::format("{}: [columns.{}] needs {} = [\"...\", ...]", section.where(),
                                   column.name, key));
  }

  static void read_number(TomlSection& section, PopulationColumn& column) {
    constexpr int kMostDecimals = 9;
    if (const auto decimals = section.whole("decimals", 0)) {
      if (*decimals > kMostDecimals) section.refuse("decimals", "a whole number from 0 to 9");
      column.decimals = static_cast<int>(*decimals);
    }
    column.least = section.number("least", {});
    column.greatest = section.number("greatest", {});
    if (column.least && column.greatest && *column.least > *column.greatest)
      section.refuse("greatest", "at least what least is");
  }

  static std::int64_t read_time(TomlSection& section, std::string_view key) {
    const auto text = section.text(key);
    const auto seconds = text ? DateTimeFormat("ISO8601").parse(*text) : std::nullopt;
    if (seconds) return static_cast<std::int64_t>(std::floor(*seconds));
    if (text) section.refuse(key, "a time such as \"2024-05-01 09:00:00\"");
    throw UsageError(
        fmt::format("{}: a datetime needs {} = \"2024-05-01 09:00:00\"", section.where(), key));
  }

  static void read_datetime(TomlSection& section, PopulationColumn& column) {
    column.from = read_time(section, "from");
    column.to = read_time(section, "to");
    if (column.to < column.from) section.refuse("to", "a time after from");
    column.format = section.text("format").value_or("%Y-%m-%d %H:%M:%S");
    try {
      [[maybe_unused]] const DateTimeText usable(column.format);
    } catch (const UsageError& error) {
      throw UsageError(section.where("format") + ": " + error.what());
    }
  }

  static void read_identifier(TomlSection& section, PopulationColumn& column) {
    const std::string text = section.text("text").value_or("{}");
    const std::size_t at = text.find("{}");
    if (at == std::string::npos || text.find("{}", at + 1) != std::string::npos)
      section.refuse("text", "a string with one {} where the number goes");
    column.prefix = text.substr(0, at);
    column.suffix = text.substr(at + 2);
  }

  void read_correlation(TomlSection& section, PopulationColumn& column) {
    auto correlated = section.section("correlated");
    if (!correlated) return;
    const auto with = correlated->text("with");
    const auto r =
        correlated->number("r", {.least = -1, .greatest = 1, .words = "a number from -1 to 1"});
    correlated->refuse_the_rest();
    if (!with || !r)
      throw UsageError(
          correlated->where() +
          ": correlated needs a column and a number, as in { with = \"Age\", r = 0.5 }");
    std::vector<std::string> able;
    for (std::size_t c = 0; c < population_.columns.size(); ++c) {
      const PopulationColumn& earlier = population_.columns[c];
      if (!has_normal_score(earlier.answers) || earlier.correlation) continue;
      able.push_back(earlier.name);
      if (earlier.name == *with) column.correlation = AnswerCorrelation{c, *r};
    }
    if (column.correlation) return;
    throw UsageError(fmt::format(
        "{}: '{}' is no earlier column that is ordinal, normal or log-normal and not itself "
        "correlated{}",
        correlated->where("with"), *with, did_you_mean(*with, able)));
  }

  static void read_distribution(TomlSection& section, const PopulationColumn& column,
                                AnswerDistribution& distribution) {
    switch (column.answers) {
      case Answers::category:
        read_shares(section, distribution);
        break;
      case Answers::ordinal:
      case Answers::normal:
        take(distribution.center, section.number("mean", {}));
        take(distribution.spread, section.number("std", kPositive));
        break;
      case Answers::log_normal:
        if (distribution.center == 0) distribution.center = 1;
        take(distribution.center, section.number("median", kPositive));
        take(distribution.spread, section.number("sigma", kPositive));
        break;
      case Answers::datetime:
        take(distribution.half_life_hours, section.number("half_life_hours", kPositive));
        break;
      case Answers::identifier:
        break;
    }
    take(distribution.missing, section.number("missing", kShare));
  }

  static void read_shares(TomlSection& section, AnswerDistribution& distribution) {
    const std::vector<double> shares = section.numbers("shares");
    if (shares.empty()) return;
    double total = 0;
    for (const double share : shares) total += share;
    const bool usable = shares.size() == distribution.shares.size() && total > 0 &&
                        std::isfinite(total) &&
                        *std::min_element(shares.begin(), shares.end()) >= 0;
    if (!usable)
      section.refuse("shares", fmt::format("{} numbers, one for each of the values, none below 0 "
                                           "and not all 0",
                                           distribution.shares.size()));
    distribution.shares = shares;
  }

  Population population_;
  std::vector<std::string> names_;  // of the segments
};

}  // namespace

Population parse_population(std::string_view toml, const std::string& source) {
  return PopulationReader().read(parse_toml(toml, source), source);
}

Population read_population(const std::string& path) {
  return parse_population(toml_text(path, "population"), path);
}

}  // namespace cohort
