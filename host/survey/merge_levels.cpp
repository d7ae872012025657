#include "host/survey/merge_levels.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace cohort {

namespace {

// A text of a chunk; the key is the eight bytes behind what all texts begin with, so that hardly
// ever two texts themselves are compared.
struct Entry {
  std::uint64_t key;
  std::int32_t chunk;
  std::int32_t code;
};

std::size_t agreeing(std::string_view a, std::string_view b) {
  const auto differs = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<std::size_t>(differs.first - a.begin());
}

std::uint64_t key_of(std::string_view text) {
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < sizeof key; ++i) {
    key = key << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
  }
  return key;
}

class Merger {
 public:
  Merger(std::span<const Dictionary* const> chunks, ThreadPool& pool)
      : chunks_(chunks), pool_(pool) {
    for (const Dictionary* chunk : chunks) {
      begins_.push_back(total_);
      total_ += chunk->texts().size();
    }
  }

  MergedLevels merge() {
    MergedLevels merged;
    for (const Dictionary* chunk : chunks_) merged.position.emplace_back(chunk->texts().size());
    if (total_ == 0) return merged;
    take_entries();
    deal();
    name(merged);
    return merged;
  }

 private:
  using Range = std::vector<Entry>;

  [[nodiscard]] std::string_view text_of(const Entry& entry) const {
    return chunks_[static_cast<std::size_t>(entry.chunk)]
        ->texts()[static_cast<std::size_t>(entry.code)];
  }

  template <class Task>
  void for_each(std::size_t count, const Task& task) {
    pool_.run(static_cast<std::int64_t>(count),
              [&](std::int64_t i, int) { task(static_cast<std::size_t>(i)); });
  }

  void take_entries() {
    const Dictionary& some = **std::find_if(
        chunks_.begin(), chunks_.end(), [](const Dictionary* d) { return !d->texts().empty(); });
    std::vector<std::size_t> common(chunks_.size());
    for_each(chunks_.size(), [&](std::size_t i) {
      std::string_view shared = some.texts().front();
      for (const std::string_view text : chunks_[i]->texts()) {
        shared = shared.substr(0, agreeing(shared, text));
        if (shared.empty()) break;
      }
      common[i] = shared.size();
    });
    const std::size_t skipped = *std::min_element(common.begin(), common.end());
    entries_.resize(total_);
    for_each(chunks_.size(), [&](std::size_t i) {
      const auto texts = chunks_[i]->texts();
      for (std::size_t code = 0; code < texts.size(); ++code) {
        entries_[begins_[i] + code] = {key_of(texts[code].substr(skipped)),
                                       static_cast<std::int32_t>(i),
                                       static_cast<std::int32_t>(code)};
      }
    });
  }

  // Deals the entries out to ranges of keys of about equal size; each is sorted on its own.
  void deal() {
    constexpr std::size_t kEntriesARange = 16384;
    constexpr std::size_t kSamplesARange = 32;
    const std::size_t ranges = std::max<std::size_t>(1, total_ / kEntriesARange);
    std::vector<std::uint64_t> sample;
    for (std::size_t i = 0; i < ranges * kSamplesARange; ++i) {
      sample.push_back(entries_[i * (total_ - 1) / (ranges * kSamplesARange)].key);
    }
    std::sort(sample.begin(), sample.end());
    for (std::size_t range = 1; range < ranges; ++range) {
      const std::uint64_t bound = sample[range * kSamplesARange];
      if (bounds_.empty() || bounds_.back() < bound) bounds_.push_back(bound);
    }
    // Range r holds bounds_[r - 1] <= key < bounds_[r].
    std::vector<std::vector<std::size_t>> at(chunks_.size());
    for_each(chunks_.size(), [&](std::size_t i) {
      at[i].resize(bounds_.size() + 1);
      for (const Entry& entry : of_chunk(i)) ++at[i][range_of(entry)];
    });
    ranges_.resize(bounds_.size() + 1);
    for (std::size_t range = 0; range < ranges_.size(); ++range) {
      std::size_t size = 0;
      for (auto& of_chunk : at) size += std::exchange(of_chunk[range], size);
      ranges_[range].resize(size);
    }
    for_each(chunks_.size(), [&](std::size_t i) {
      for (const Entry& entry : of_chunk(i)) {
        const std::size_t range = range_of(entry);
        ranges_[range][at[i][range]++] = entry;
      }
    });
    std::vector<Entry>().swap(entries_);
    for_each(ranges_.size(), [&](std::size_t range) {
      std::sort(ranges_[range].begin(), ranges_[range].end(), [&](const Entry& a, const Entry& b) {
        return a.key != b.key ? a.key < b.key : text_of(a) < text_of(b);
      });
    });
  }

  [[nodiscard]] std::span<const Entry> of_chunk(std::size_t i) const {
    return std::span(entries_).subspan(begins_[i], chunks_[i]->texts().size());
  }

  [[nodiscard]] std::size_t range_of(const Entry& entry) const {
    return static_cast<std::size_t>(std::upper_bound(bounds_.begin(), bounds_.end(), entry.key) -
                                    bounds_.begin());
  }

  [[nodiscard]] bool same(const Entry& a, const Entry& b) const {
    return a.key == b.key && text_of(a) == text_of(b);
  }

  void name(MergedLevels& merged) {
    std::vector<std::size_t> first(ranges_.size() + 1);
    for_each(ranges_.size(), [&](std::size_t r) {
      const Range& range = ranges_[r];
      for (std::size_t i = 0; i < range.size(); ++i) {
        first[r + 1] += i == 0 || !same(range[i - 1], range[i]) ? 1 : 0;
      }
    });
    for (std::size_t r = 0; r < ranges_.size(); ++r) first[r + 1] += first[r];
    merged.levels.resize(first.back());
    for_each(ranges_.size(), [&](std::size_t r) {
      const Range& range = ranges_[r];
      std::size_t next = first[r];
      for (std::size_t i = 0; i < range.size(); ++i) {
        if (i == 0 || !same(range[i - 1], range[i])) merged.levels[next++] = text_of(range[i]);
        merged.position[static_cast<std::size_t>(range[i].chunk)]
                       [static_cast<std::size_t>(range[i].code)] =
            static_cast<std::int32_t>(next - 1);
      }
    });
  }

  std::span<const Dictionary* const> chunks_;
  ThreadPool& pool_;
  std::vector<std::size_t> begins_;  // of each chunk's entries
  std::size_t total_ = 0;
  std::vector<Entry> entries_;
  std::vector<std::uint64_t> bounds_;
  std::vector<Range> ranges_;
};

}  // namespace

MergedLevels merge_levels(std::span<const Dictionary* const> chunks, ThreadPool& pool) {
  return Merger(chunks, pool).merge();
}

}  // namespace cohort
