#include "host/survey/first_pass.hpp"

#include "host/survey/chunks.hpp"

namespace cohort {

namespace {

FirstPass look_at(const RowContext& context, const Chunk& chunk) {
  FirstPass part;
  part.columns.resize(context.width());
  Rows rows(context, chunk);
  while (rows.next()) {
    const std::int64_t line = rows.line();
    if (part.rows == 0) part.first_line = line;
    part.last_line = line;
    ++part.rows;
    rows.for_each_present([&](std::size_t column, std::string_view text, bool) {
      part.columns[column].add(text, line, context.dialect.decimal);
    });
  }
  part.blank_lines = rows.blank_lines();
  part.ragged = rows.ragged();
  return part;
}

}  // namespace

FirstPass first_pass(const RowContext& context, const std::vector<Chunk>& chunks, ThreadPool& pool,
                     const ChunkListener& done) {
  std::vector<FirstPass> parts(chunks.size());
  run_in_order(pool, static_cast<std::int64_t>(chunks.size()), [&](std::int64_t i, int worker) {
    const auto index = static_cast<std::size_t>(i);
    parts[index] = look_at(context, chunks[index]);
    done(chunks[index], worker);
  });
  FirstPass whole;
  whole.columns.resize(context.width());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const FirstPass& part = parts[i];
    whole.chunks.push_back({chunks[i], whole.rows, part.rows});
    for (std::size_t j = 0; j < whole.columns.size(); ++j) {
      whole.columns[j].merge(part.columns[j]);
    }
    if (part.rows > 0) {
      if (whole.rows == 0) whole.first_line = part.first_line;
      whole.last_line = part.last_line;
    }
    whole.rows += part.rows;
    whole.blank_lines += part.blank_lines;
    whole.ragged.merge(part.ragged);
  }
  return whole;
}

}  // namespace cohort
