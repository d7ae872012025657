#include "host/survey/records.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "cohort/error.hpp"

#include "host/survey/excerpt.hpp"

namespace cohort {

namespace {

bool is_blank(char byte) {
  return byte == ' ' || byte == '\t';
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string_view cell_text(const Field& field, std::string& scratch) {
  if (!field.doubled) return trimmed(field.text);
  scratch.clear();
  for (std::size_t i = 0; i < field.text.size(); ++i) {
    scratch += field.text[i];
    if (field.text[i] == '"') ++i;
  }
  return trimmed(scratch);
}

RecordReader::RecordReader(std::string_view text, const Chunk& chunk, char delimiter,
                           const std::string& source)
    : text_(text),
      chunk_end_(chunk.end),
      delimiter_(delimiter),
      source_(source),
      at_(chunk.begin),
      begin_(chunk.begin),
      line_(chunk.line),
      next_line_(chunk.line) {
  for (const char byte : {delimiter, '\n', '\r'}) {
    ends_field_[static_cast<unsigned char>(byte)] = true;
  }
  if (chunk.in_quotes) {
    // The record begins in an earlier chunk, which reads it whole.
    --at_;
    fields_.push_back(quoted_field());
    finish_record();
  }
}

bool RecordReader::next() {
  while (at_ < chunk_end_) {
    read_record();
    const Field& first = fields_.front();
    if (fields_.size() > 1 || first.quoted || !trimmed(first.text).empty()) return true;
    ++blank_lines_;
  }
  return false;
}

void RecordReader::read_record() {
  fields_.clear();
  begin_ = at_;
  line_ = next_line_;
  fields_.push_back(text_[at_] == '"' ? quoted_field() : plain_field());
  finish_record();
}

// Behind the record's first field: takes the others and the end of the line.
void RecordReader::finish_record() {
  while (at_ < text_.size()) {
    const char stop = text_[at_++];
    if (stop != delimiter_) {
      if (stop == '\r' && at_ < text_.size() && text_[at_] == '\n') ++at_;
      ++next_line_;
      return;
    }
    if (fields_.size() == kMostFields) {
      fail(line_, fmt::format("more than {} cells in one line; check the delimiter and that the "
                              "file has line ends",
                              kMostFields));
    }
    fields_.push_back(at_ < text_.size() && text_[at_] == '"' ? quoted_field() : plain_field());
  }
}

Field RecordReader::plain_field() {
  const std::size_t from = at_;
  while (at_ < text_.size() && !ends_field_[static_cast<unsigned char>(text_[at_])]) ++at_;
  check_length(at_ - from, next_line_);
  return {text_.substr(from, at_ - from)};
}

Field RecordReader::quoted_field() {
  const std::size_t from = ++at_;
  const std::int64_t opened = next_line_;
  Field field{{}, true, false};
  while (true) {
    const std::size_t quote = std::min(text_.find('"', at_), text_.size());
    if (quote == text_.size()) {
      fail(opened,
           "a quote opens here and is never closed; close it, or double it where it is "
           "part of the text");
    }
    check_length(quote - from, opened);
    at_ = quote + 1;
    if (at_ == text_.size() || text_[at_] != '"') break;
    field.doubled = true;
    ++at_;
  }
  field.text = text_.substr(from, at_ - 1 - from);
  next_line_ += count_line_ends(field.text);
  while (at_ < text_.size() && text_[at_] != delimiter_ && is_blank(text_[at_])) ++at_;
  if (at_ < text_.size() && !ends_field_[static_cast<unsigned char>(text_[at_])]) {
    fail(next_line_, fmt::format("{} follows a closing quote; double the quotes that are part of "
                                 "the text",
                                 excerpt(text_.substr(at_, 1))));
  }
  return field;
}

void RecordReader::check_length(std::size_t length, std::int64_t line) const {
  if (length > kLongestCell) {
    fail(line,
         "a cell longer than 1 MiB; check the delimiter, the quotes and that the file has "
         "line ends");
  }
}

void RecordReader::fail(std::int64_t line, const std::string& what) const {
  const auto column = static_cast<std::int64_t>(fields_.size()) + 1;
  throw DataError(fmt::format("{}: {}", place(source_, line, column), what));
}

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

std::size_t line_start_from(std::string_view text, std::size_t at) {
  for (; at < text.size(); ++at) {
    if (text[at - 1] == '\n') return at;
    if (text[at - 1] == '\r' && text[at] != '\n') return at;
  }
  return text.size();
}

// What RecordReader would find at the chunk's end, from the quotes alone.
bool ends_in_quotes(std::string_view text, const Chunk& chunk, char delimiter, bool inside) {
  std::size_t at = chunk.begin;
  while (true) {
    const std::size_t quote = std::min(text.substr(0, chunk.end).find('"', at), chunk.end);
    if (quote == chunk.end) return inside;
    at = quote + 1;
    if (inside) {
      if (at < chunk.end && text[at] == '"') {
        ++at;
      } else {
        inside = false;
      }
    } else {
      const char before = quote == chunk.begin ? '\n' : text[quote - 1];
      inside = before == delimiter || before == '\n' || before == '\r';
    }
  }
}

}  // namespace

std::vector<Chunk> cut_into_chunks(std::string_view text, std::size_t begin, std::int64_t line,
                                   char delimiter, std::size_t chunk_bytes, ThreadPool& pool) {
  std::vector<Chunk> chunks;
  for (std::size_t at = begin; at < text.size(); at = chunks.back().end) {
    chunks.push_back({at, line_start_from(text, std::min(at + chunk_bytes, text.size()))});
  }
  std::vector<std::int64_t> lines(chunks.size());
  std::vector<char> opens(chunks.size());  // a chunk begun outside quotes ends inside
  pool.run(static_cast<std::int64_t>(chunks.size()), [&](std::int64_t index, int) {
    const auto i = static_cast<std::size_t>(index);
    const Chunk& chunk = chunks[i];
    lines[i] = count_line_ends(text.substr(chunk.begin, chunk.end - chunk.begin));
    opens[i] = ends_in_quotes(text, chunk, delimiter, false);
  });
  bool inside = false;
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    chunks[i].line = line;
    chunks[i].in_quotes = inside;
    line += lines[i];
    inside = inside ? ends_in_quotes(text, chunks[i], delimiter, true) : opens[i] != 0;
  }
  return chunks;
}

}  // namespace cohort
