#include "host/report/html/flow.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "cohort/wording.hpp"

#include "host/report/html/markup.hpp"

namespace cohort::report {
namespace {

constexpr std::int64_t kMostBlocks = 12;
constexpr double kFlowWidth = 520, kFlowTop = 32, kRows = 320, kSpace = 10;
constexpr double kLeftBlock = 96, kRightBlock = 412, kBlock = 12;

/// Rows and columns behind the twelfth added to it.
Matrix<std::int64_t> gathered_counts(const Matrix<std::int64_t>& shared) {
  Matrix<std::int64_t> counts(std::min(shared.rows(), kMostBlocks),
                              std::min(shared.cols(), kMostBlocks));
  for (std::int64_t r = 0; r < shared.rows(); ++r)
    for (std::int64_t c = 0; c < shared.cols(); ++c)
      counts(std::min(r, kMostBlocks - 1), std::min(c, kMostBlocks - 1)) += shared(r, c);
  return counts;
}

std::string block_name(std::int64_t i, std::int64_t all) {
  return i + 1 == kMostBlocks && all > kMostBlocks ? fmt::format("{}+", i) : fmt::format("{}", i);
}

/// Where blocks of such heights begin when stacked.
std::vector<double> stacked(const std::vector<std::int64_t>& sizes, double unit) {
  std::vector<double> tops;
  double top = kFlowTop;
  for (const std::int64_t size : sizes) {
    tops.push_back(top);
    top += static_cast<double>(size) * unit + kSpace;
  }
  return tops;
}

struct Within {
  std::int64_t inside = 0;          ///< how many lie within one of the others
  std::int64_t all = 0;             ///< that have rows
  std::int64_t rows = 0, most = 0;  ///< rows, and those in the one that most are in
};

/// \param at  at(i, j): rows that i shares with j
Within within(std::int64_t n, std::int64_t others, const auto& at) {
  Within found;
  for (std::int64_t i = 0; i < n; ++i) {
    std::int64_t rows = 0, most = 0;
    for (std::int64_t j = 0; j < others; ++j) {
      rows += at(i, j);
      most = std::max(most, at(i, j));
    }
    if (rows == 0) continue;
    ++found.all;
    found.rows += rows;
    found.most += most;
    if (most == rows) ++found.inside;
  }
  return found;
}

}  // namespace

Drawing flow_picture(const Matrix<std::int64_t>& shared) {
  const Matrix<std::int64_t> counts = gathered_counts(shared);
  std::vector<std::int64_t> left(static_cast<std::size_t>(counts.rows()));
  std::vector<std::int64_t> right(static_cast<std::size_t>(counts.cols()));
  std::int64_t all = 0;
  for (std::int64_t r = 0; r < counts.rows(); ++r) {
    for (std::int64_t c = 0; c < counts.cols(); ++c) {
      left[static_cast<std::size_t>(r)] += counts(r, c);
      right[static_cast<std::size_t>(c)] += counts(r, c);
      all += counts(r, c);
    }
  }
  const double unit = kRows / static_cast<double>(std::max<std::int64_t>(all, 1));
  std::vector<double> from = stacked(left, unit);
  std::vector<double> to = stacked(right, unit);
  const auto blocks = static_cast<double>(std::max(left.size(), right.size()));
  Drawing picture("flow", kFlowWidth, kFlowTop + kRows + kSpace * blocks,
                  "From K-means segments to affinity groups",
                  fmt::format("How {} fall into both groupings.", counted(all, "row")));
  picture.text(0, 14, "K-means segments", "quiet");
  picture.text(kFlowWidth, 14, "affinity groups", "quiet", Anchor::end);
  for (std::int64_t r = 0; r < counts.rows(); ++r) {
    const auto i = static_cast<std::size_t>(r);
    const double height = static_cast<double>(left[i]) * unit;
    picture.rect(kLeftBlock, from[i], kBlock, height, color_class(r) + " fill");
    picture.text(kLeftBlock - 10, from[i] + height / 2 + 4,
                 fmt::format("{} · {}", block_name(r, shared.rows()), thousands(left[i])), {},
                 Anchor::end);
  }
  for (std::int64_t c = 0; c < counts.cols(); ++c) {
    const auto j = static_cast<std::size_t>(c);
    const double height = static_cast<double>(right[j]) * unit;
    picture.rect(kRightBlock, to[j], kBlock, height, "ink");
    picture.text(kRightBlock + kBlock + 10, to[j] + height / 2 + 4,
                 fmt::format("{} · {}", block_name(c, shared.cols()), thousands(right[j])));
  }
  for (std::int64_t r = 0; r < counts.rows(); ++r) {
    for (std::int64_t c = 0; c < counts.cols(); ++c) {
      if (counts(r, c) == 0) continue;
      double& start = from[static_cast<std::size_t>(r)];
      double& arrival = to[static_cast<std::size_t>(c)];
      const double height = static_cast<double>(counts(r, c)) * unit;
      PathData ribbon;
      ribbon.move_to(kLeftBlock + kBlock, start).flow_to(kRightBlock, arrival);
      ribbon.line_to(kRightBlock, arrival + height);
      ribbon.flow_to(kLeftBlock + kBlock, start + height).close();
      picture.begin(fmt::format("{} of segment {} in group {}", counted(counts(r, c), "row"),
                                block_name(r, shared.rows()), block_name(c, shared.cols())));
      picture.path(ribbon, color_class(r) + " ribbon").end();
      start += height;
      arrival += height;
    }
  }
  return picture;
}

std::string crossing_in_words(const Matrix<std::int64_t>& shared) {
  const Within groups = within(shared.cols(), shared.rows(),
                               [&](std::int64_t i, std::int64_t j) { return shared(j, i); });
  const Within segments = within(shared.rows(), shared.cols(),
                                 [&](std::int64_t i, std::int64_t j) { return shared(i, j); });
  const bool splits = groups.inside == groups.all;
  const bool joins = segments.inside == segments.all;
  if (splits && joins) return "They are the K-means segments.";
  const auto more = groups.all - segments.all;
  if (splits)
    return fmt::format(
        "They are the K-means segments with {} {}: every group lies within one "
        "segment.",
        count_in_words(more), more == 1 ? "split" : "splits");
  if (joins) return "They join K-means segments: every segment lies within one group.";
  const std::string instead =
      more > 0   ? fmt::format("are not the K-means segments with {} {}", count_in_words(more),
                             more == 1 ? "split" : "splits")
      : more < 0 ? std::string("are not K-means segments joined")
                 : std::string("are not the K-means segments");
  const auto across = groups.all - groups.inside;
  return fmt::format(
      "They {}: {} of the {} {} rows of more than one segment, and {} of the rows are in the "
      "segment that most of their group are in.",
      instead, count_in_words(across), count_in_words(groups.all),
      across == 1 ? "groups has" : "groups have",
      percent(static_cast<double>(groups.most) / static_cast<double>(groups.rows)));
}

}  // namespace cohort::report
