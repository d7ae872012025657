#pragma once
/// What is known of a table's columns once all of their cells are: levels, distinct values, what
/// looks suspicious.

#include <vector>

#include "host/survey/first_pass.hpp"

namespace cohort {

/// The dictionaries of `first` are used up.
void finish_columns(FirstPass& first, const std::vector<ColumnPlan>& plans,
                    const ReadOptions& options, Table& table, ThreadPool& pool);

}  // namespace cohort
