/// The plug-in's doors, the only symbols that can be seen from outside.

#include "cuda/backend.hpp"
#include "cuda/plugin.hpp"
#include "cuda/probe.hpp"
#include "version.hpp"

#define COHORT_DOOR extern "C" __attribute__((visibility("default")))

COHORT_DOOR const char* cohort_cuda_version() {
  return cohort::kVersion;
}

COHORT_DOOR void cohort_cuda_probe(cohort::CudaProbe* found) {
  *found = cohort::cuda::probe();
}

COHORT_DOOR cohort::Backend* cohort_cuda_backend(cohort::Backend* host) {
  return cohort::cuda::make_backend(std::unique_ptr<cohort::Backend>(host), 0).release();
}

COHORT_DOOR double cohort_cuda_copy_bandwidth() {
  return cohort::cuda::copy_bandwidth();
}
