// Where records may begin: the text cut at line starts, from its quotes and line ends alone.

#include <algorithm>
#include <bit>

#include "host/survey/byte_block.hpp"
#include "host/survey/records.hpp"

namespace cohort {

std::int64_t count_line_ends(std::string_view text) {
  std::int64_t feeds = std::count(text.begin(), text.end(), '\n');
  if (text.find('\r') == std::string_view::npos) return feeds;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool paired = i + 1 < text.size() && text[i + 1] == '\n';
    feeds += text[i] == '\r' && !paired;
  }
  return feeds;
}

namespace {

constexpr std::uint64_t kAll = ~std::uint64_t{0};

std::size_t line_start_from(std::string_view text, std::size_t at) {
  for (; at < text.size(); ++at) {
    if (text[at - 1] == '\n') return at;
    if (text[at - 1] == '\r' && text[at] != '\n') return at;
  }
  return text.size();
}

struct ChunkScan {
  std::int64_t line_ends = 0;
  std::int64_t records = 0;  // that begin and are not empty lines; a few too many at the most
  bool ends_in_quotes = false;
};

// Follows a chunk's quotes, as RecordReader does, 64 bytes at a time.
class ChunkScanner {
 public:
  ChunkScanner(std::string_view text, const Chunk& chunk, char delimiter, bool in_quotes)
      : text_(text.substr(0, chunk.end)),
        begin_(chunk.begin),
        delimiter_(delimiter),
        inside_(in_quotes),
        line_starts_(in_quotes ? 0 : 1) {}

  ChunkScan scan() {
    for (std::size_t at = begin_; at < text_.size(); at += ByteBlock::kBytes) look_at(at);
    result_.ends_in_quotes = inside_;
    return result_;
  }

 private:
  void look_at(std::size_t at) {
    const ByteBlock block(text_, at);
    const std::uint64_t feeds = block.equal_to('\n');
    const std::uint64_t returns = block.equal_to('\r');
    const std::uint64_t quotes = block.equal_to('"');
    const std::size_t behind = at + ByteBlock::kBytes;
    const bool feed_follows = returns >> 63 != 0 && behind < text_.size() && text_[behind] == '\n';
    const std::uint64_t before_feeds = feeds >> 1 | (feed_follows ? kAll << 63 : 0);
    const std::uint64_t ends = feeds | (returns & ~before_feeds);
    result_.line_ends += bits_in(ends);

    const std::uint64_t ends_of_records = ends & ~quoted(quotes, at);
    std::uint64_t starts = ends_of_records << 1 | line_starts_;
    line_starts_ = ends_of_records >> 63;
    if (behind > text_.size()) starts &= ~(kAll << (text_.size() - at));
    const std::uint64_t empty = starts & (ends | (returns & before_feeds));
    result_.records += bits_in(starts) - (empty != 0 ? bits_in(empty) : 0);
  }

  // The bytes inside quotes.
  std::uint64_t quoted(std::uint64_t quotes, std::size_t at) {
    std::uint64_t mask = inside_ ? kAll : 0;
    for (; quotes != 0; quotes &= quotes - 1) {
      const auto bit = static_cast<std::size_t>(std::countr_zero(quotes));
      if (turns(at + bit)) mask ^= kAll << bit;
    }
    return mask;
  }

  // Whether the quote at `at` opens or closes a field.
  bool turns(std::size_t at) {
    if (second_of_two_) {
      second_of_two_ = false;
      return false;
    }
    if (inside_) {
      second_of_two_ = at + 1 < text_.size() && text_[at + 1] == '"';
      inside_ = second_of_two_;
      return !inside_;
    }
    const char before = at == begin_ ? '\n' : text_[at - 1];
    inside_ = before == delimiter_ || before == '\n' || before == '\r';
    return inside_;
  }

  std::string_view text_;  // up to the chunk's end
  std::size_t begin_;
  char delimiter_;
  bool inside_;
  bool second_of_two_ = false;
  std::uint64_t line_starts_;  // 1: a record begins with the next block
  ChunkScan result_;
};

ChunkScan scan(std::string_view text, const Chunk& chunk, char delimiter, bool in_quotes) {
  return ChunkScanner(text, chunk, delimiter, in_quotes).scan();
}

}  // namespace

std::vector<Chunk> cut_into_chunks(std::string_view text, std::size_t begin, std::int64_t line,
                                   char delimiter, std::size_t chunk_bytes, ThreadPool& pool) {
  std::vector<Chunk> chunks;
  for (std::size_t at = begin; at < text.size(); at = chunks.back().end) {
    chunks.push_back({at, line_start_from(text, std::min(at + chunk_bytes, text.size()))});
  }
  std::vector<ChunkScan> scans(chunks.size());
  pool.run(static_cast<std::int64_t>(chunks.size()), [&](std::int64_t index, int) {
    const auto i = static_cast<std::size_t>(index);
    scans[i] = scan(text, chunks[i], delimiter, false);
  });
  bool inside = false;
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    if (inside) scans[i] = scan(text, chunks[i], delimiter, true);
    chunks[i].line = line;
    chunks[i].in_quotes = inside;
    chunks[i].lines = scans[i].line_ends;
    chunks[i].records = scans[i].records;
    line += scans[i].line_ends;
    inside = scans[i].ends_in_quotes;
  }
  return chunks;
}

std::int64_t records_in(std::span<const Chunk> chunks) {
  std::int64_t records = 0;
  for (const Chunk& chunk : chunks) records += chunk.records;
  return records;
}

}  // namespace cohort
