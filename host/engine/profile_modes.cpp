#include "host/engine/profile_modes.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <utility>

#include "cohort/distinct_arithmetic.hpp"
#include "cohort/large_memory.hpp"
#include "cohort/row_chunks.hpp"

namespace cohort {

namespace {

/// A value in a group.
struct Answer {
  std::uint32_t value;  ///< identity()
  std::int32_t group;
  friend bool operator==(const Answer&, const Answer&) = default;
};

std::uint64_t mixed(Answer answer) {
  const std::uint64_t key =
      (static_cast<std::uint64_t>(static_cast<std::uint32_t>(answer.group)) << 32) | answer.value;
  const std::uint64_t product = key * 0x9E3779B97F4A7C15U;
  return product ^ (product >> 32);
}

/// The weight of each answer, in the order in which they came. Places are found by open addressing,
/// never more than half full.
class AnswerWeights {
 public:
  void add(Answer answer, std::int64_t weight) {
    if (2 * (entries_.size() + 1) > slots_.size()) grow();
    std::uint32_t& slot = slot_of(answer);
    if (slot == kFree) {
      slot = static_cast<std::uint32_t>(entries_.size());
      entries_.push_back({answer, 0});
    }
    entries_[slot].weight += weight;
  }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  /// Nothing, but room for so many answers.
  void clear(std::size_t answers) {
    slots_.assign(std::bit_ceil(2 * answers + 2), kFree);
    entries_.clear();
  }
  void visit(const auto& see) const {
    for (const Entry& entry : entries_) see(entry.answer, entry.weight);
  }

 private:
  struct Entry {
    Answer answer;
    std::int64_t weight;
  };
  static constexpr std::uint32_t kFree = 0xFFFFFFFFU;

  [[nodiscard]] std::uint32_t& slot_of(Answer answer) {
    std::size_t place = mixed(answer) & (slots_.size() - 1);
    while (slots_[place] != kFree && entries_[slots_[place]].answer != answer)
      place = (place + 1) & (slots_.size() - 1);
    return slots_[place];
  }
  void grow() {
    slots_.assign(2 * slots_.size(), kFree);
    for (std::size_t e = 0; e < entries_.size(); ++e)
      slot_of(entries_[e].answer) = static_cast<std::uint32_t>(e);
  }

  std::vector<std::uint32_t> slots_ = std::vector<std::uint32_t>(16, kFree);
  std::vector<Entry> entries_;
};

/// The modes so far and those of answers that hold no value that was seen before.
/// \param of_everyone  scratch
void see_answers(Modes& modes, const AnswerWeights& answers, AnswerWeights& of_everyone) {
  const auto everyone = static_cast<std::int32_t>(modes.of.size()) - 1;
  of_everyone.clear(answers.size());
  answers.visit([&](Answer answer, std::int64_t weight) {
    of_everyone.add({answer.value, everyone}, weight);
    if (answer.group != everyone)
      modes.of[static_cast<std::size_t>(answer.group)].see(std::bit_cast<float>(answer.value),
                                                           weight);
  });
  of_everyone.visit([&](Answer answer, std::int64_t weight) {
    modes.of.back().see(std::bit_cast<float>(answer.value), weight);
  });
  modes.distinct += of_everyone.size();
}

void see_modes(Modes& modes, const Modes& others) {
  for (std::size_t g = 0; g < modes.of.size(); ++g)
    modes.of[g].see(others.of[g].value, others.of[g].weight);
  modes.distinct += others.distinct;
}

/// Counts the answers of some features in one read of their rows, as long as they are few.
class FewAnswers {
 public:
  static constexpr std::int64_t kFeatures = 16;

  FewAnswers(MatrixView<const float> x, std::int64_t begin, std::int64_t end,
             const Grouping& grouping, ThreadPool& pool)
      : begin_(begin), too_many_(static_cast<std::size_t>(end - begin)) {
    workers_.resize(static_cast<std::size_t>(pool.threads()));
    for (Worker& worker : workers_) {
      worker.tables.resize(too_many_.size());
      worker.rows.resize(too_many_.size());
    }
    over_row_chunks(pool, x.rows(), [&](std::int64_t first, std::int64_t last, int worker) {
      auto& [tables, rows] = workers_[static_cast<std::size_t>(worker)];
      for (std::size_t f = 0; f < tables.size(); ++f) {
        const std::int64_t j = begin + static_cast<std::int64_t>(f);
        if (too_many_[f].load(std::memory_order_relaxed)) continue;
        for (std::int64_t i = first; i < last; ++i)
          tables[f].add({identity(x(i, j)), static_cast<std::int32_t>(grouping.of(i))},
                        grouping.weight(i));
        rows[f] += last - first;
        if (tables[f].size() > most(rows[f])) too_many_[f].store(true, std::memory_order_relaxed);
      }
    });
  }

  [[nodiscard]] bool counted(std::int64_t j) const {
    return !too_many_[static_cast<std::size_t>(j - begin_)].load();
  }
  /// All answers of feature j, where it was counted.
  [[nodiscard]] AnswerWeights answers(std::int64_t j) const {
    const auto f = static_cast<std::size_t>(j - begin_);
    AnswerWeights all;
    for (const Worker& worker : workers_)
      worker.tables[f].visit([&](Answer answer, std::int64_t weight) { all.add(answer, weight); });
    return all;
  }

 private:
  /// Of each feature.
  struct Worker {
    std::vector<AnswerWeights> tables;
    std::vector<std::int64_t> rows;
  };

  /// Different answers that so many rows may have: what the cache holds, if most come again.
  [[nodiscard]] static std::size_t most(std::int64_t rows) {
    return static_cast<std::size_t>(std::clamp<std::int64_t>(rows / 2, 4096, 32768));
  }

  std::int64_t begin_;
  std::vector<std::atomic<bool>> too_many_;
  std::vector<Worker> workers_;
};

/// A feature's answers in parts by their values: a part's are counted in the cache.
class AnswerParts {
 public:
  AnswerParts(MatrixView<const float> x, std::int64_t feature, const Grouping& grouping,
              ThreadPool& pool)
      : grouping_(grouping),
        parts_(std::bit_ceil(static_cast<std::size_t>(
            std::clamp(x.rows() / kPartRows, std::int64_t{1}, kMostParts)))),
        answers_(static_cast<std::size_t>(x.rows())),
        weights_(grouping.weights().all_one() ? 0 : answers_.size()) {
    const std::int64_t tasks = (x.rows() + kTaskRows - 1) / kTaskRows;
    std::vector<std::vector<std::size_t>> places(static_cast<std::size_t>(tasks),
                                                 std::vector<std::size_t>(parts_));
    const auto over_values = [&](const auto& visit) {
      pool.run(tasks, [&](std::int64_t task, int) {
        std::vector<std::size_t>& place = places[static_cast<std::size_t>(task)];
        const std::int64_t end = std::min(x.rows(), (task + 1) * kTaskRows);
        for (std::int64_t i = task * kTaskRows; i < end; ++i) {
          const std::uint32_t value = identity(x(i, feature));
          visit(place[mixed({value, 0}) >> kHashShift & (parts_ - 1)], i, value);
        }
      });
    };
    over_values([](std::size_t& count, std::int64_t, std::uint32_t) { ++count; });
    std::size_t next = 0;
    for (std::size_t part = 0; part < parts_; ++part) {
      begin_.push_back(next);
      for (auto& place : places) next += std::exchange(place[part], next);
    }
    begin_.push_back(next);
    over_values([&](std::size_t& place, std::int64_t i, std::uint32_t value) {
      answers_[place] = {value, static_cast<std::int32_t>(grouping.of(i))};
      if (!weights_.empty()) weights_[place] = grouping.weight(i);
      ++place;
    });
  }

  [[nodiscard]] Modes modes(ThreadPool& pool) const {
    const Modes nothing{std::vector<Mode>(static_cast<std::size_t>(grouping_.groups())), 0};
    struct Worker {
      Modes modes;
      AnswerWeights counted, of_everyone;
    };
    std::vector<Worker> workers(static_cast<std::size_t>(pool.threads()), {nothing, {}, {}});
    const std::int64_t one = grouping_.weight(0);
    pool.run(static_cast<std::int64_t>(parts_), [&](std::int64_t part, int worker) {
      Worker& own = workers[static_cast<std::size_t>(worker)];
      const auto p = static_cast<std::size_t>(part);
      own.counted.clear(static_cast<std::size_t>(kPartRows));
      for (std::size_t place = begin_[p]; place < begin_[p + 1]; ++place)
        own.counted.add(answers_[place], weights_.empty() ? one : weights_[place]);
      see_answers(own.modes, own.counted, own.of_everyone);
    });
    Modes modes = nothing;
    for (const Worker& own : workers) see_modes(modes, own.modes);
    return modes;
  }

 private:
  static constexpr std::int64_t kPartRows = 4096;
  static constexpr std::int64_t kMostParts = 2048;
  static constexpr std::int64_t kTaskRows = 65536;
  static constexpr int kHashShift = 40;
  const Grouping& grouping_;
  std::size_t parts_;
  LargeVector<Answer> answers_;
  LargeVector<std::int64_t> weights_;  ///< of the answers; empty where all weigh the same
  std::vector<std::size_t> begin_;     ///< of each part
};

}  // namespace

std::vector<Modes> modes_of(MatrixView<const float> x, const Grouping& grouping, ThreadPool& pool) {
  std::vector<Modes> modes;
  AnswerWeights of_everyone;
  for (std::int64_t begin = 0; begin < x.cols(); begin += FewAnswers::kFeatures) {
    const std::int64_t end = std::min(begin + FewAnswers::kFeatures, x.cols());
    const FewAnswers few(x, begin, end, grouping, pool);
    for (std::int64_t j = begin; j < end; ++j) {
      if (few.counted(j)) {
        modes.push_back({std::vector<Mode>(static_cast<std::size_t>(grouping.groups())), 0});
        see_answers(modes.back(), few.answers(j), of_everyone);
      } else {
        modes.push_back(AnswerParts(x, j, grouping, pool).modes(pool));
      }
    }
  }
  return modes;
}

}  // namespace cohort
