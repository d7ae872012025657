#pragma once
/// BLAS cuts its work by its own threads, and so its sums: with one thread a result depends on the
/// data alone. Parallelism is ours.

#include <cblas.h>

namespace cohort::cpu {

inline void single_threaded_blas() {
  openblas_set_num_threads(1);
}

}  // namespace cohort::cpu
