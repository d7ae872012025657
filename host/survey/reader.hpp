#pragma once
/// parse_table with the size of its chunks given, so that tests can make them absurdly small.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "cohort/read.hpp"

namespace cohort {

[[nodiscard]] Table parse_in_chunks(std::string_view bytes, const std::string& source,
                                    const ReadOptions& options, ThreadPool& pool,
                                    std::optional<std::size_t> chunk_bytes);

}  // namespace cohort
