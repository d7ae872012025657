#include "host/survey/records.hpp"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "cohort/error.hpp"

#include "host/survey/byte_block.hpp"
#include "host/survey/excerpt.hpp"

namespace cohort {

namespace {

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
      block_(chunk.begin - ByteBlock::kBytes),  // none yet
      at_(chunk.begin),
      begin_(chunk.begin),
      line_(chunk.line),
      next_line_(chunk.line) {
  if (chunk.in_quotes) {
    // The record begins in an earlier chunk, which reads it whole.
    --at_;
    read_quoted_field();
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
  read_field();
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
    read_field();
  }
}

// The offset of the first delimiter or line end from `at` on; the text's end where there is none.
std::size_t RecordReader::next_stop(std::size_t at) {
  if (at == text_.size()) return at;
  const auto look = [&](std::size_t block) {
    block_ = block;
    stops_ = ByteBlock(text_, block).any_of(delimiter_, '\n', '\r');
  };
  if (at - block_ >= ByteBlock::kBytes) look(at);
  std::uint64_t ahead = stops_ & (~std::uint64_t{0} << (at - block_));
  while (ahead == 0) {
    if (text_.size() - block_ <= ByteBlock::kBytes) return text_.size();
    look(block_ + ByteBlock::kBytes);
    ahead = stops_;
  }
  return block_ + static_cast<std::size_t>(std::countr_zero(ahead));
}

void RecordReader::read_field() {
  if (at_ < text_.size() && text_[at_] == '"') {
    read_quoted_field();
    return;
  }
  const std::size_t from = at_;
  at_ = next_stop(at_);
  check_length(at_ - from, next_line_);
  fields_.emplace_back(std::string_view(text_.data() + from, at_ - from), false, false);
}

void RecordReader::read_quoted_field() {
  const std::size_t from = ++at_;
  const std::int64_t opened = next_line_;
  bool doubled = false;
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
    doubled = true;
    ++at_;
  }
  const std::string_view inner = text_.substr(from, at_ - 1 - from);
  next_line_ += count_line_ends(inner);
  while (at_ < text_.size() && text_[at_] != delimiter_ && is_blank(text_[at_])) ++at_;
  if (at_ < text_.size() && next_stop(at_) != at_) {
    fail(next_line_, fmt::format("{} follows a closing quote; double the quotes that are part of "
                                 "the text",
                                 excerpt(text_.substr(at_, 1))));
  }
  fields_.emplace_back(inner, true, doubled);
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

}  // namespace cohort
