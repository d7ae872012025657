// Every operation once, on little data: what the compute-sanitizer's tools go over on a GPU, where
// all parity tests would take them hours.

#include <gtest/gtest.h>

#include "host/engine/trials.hpp"
#include "tests/parity/device_under_test.hpp"

namespace cohort::testing {
namespace {

/// Run on the GPU and, in case the tools find nothing, compared all the same.
class SanitizerParity : public Parity {
 protected:
  void run(const Matrix<float>& x, const std::vector<float>& weights,
           const std::vector<Trial>& trials) {
    const DataSetPtr on_cpu = cpu().upload(x, weights);
    const DataSetPtr on_gpu = gpu().upload(x, weights);
    for (const Trial& trial : trials)
      EXPECT_EQ(difference(trial.run(cpu(), *on_cpu, trial.steps),
                           trial.run(gpu(), *on_gpu, trial.steps)),
                "")
          << trial.operation << ", " << trial.shape;
  }

  /// What reads every row.
  static std::vector<Trial> over_rows(const Matrix<float>& x, const std::vector<float>& weights,
                                      std::int64_t k) {
    const std::int64_t n = x.rows();
    const std::int64_t d = x.cols();
    return {trials::upload(x, weights),
            trials::statistics(n, d),
            trials::scaling(n, d),
            trials::covariance(n, d),
            trials::principal_components(n, d),
            trials::projection(n, d),
            trials::distinct_rows(n, d),
            trials::kmeans_fit(n, d, k, 2),
            trials::assignment(n, first_rows(x, k))};
  }
};

TEST_F(SanitizerParity, Rows) {
  const Matrix<float> x = synthetic_rows({333, 6, 4, 1}, cpu().host_threads());
  run(x, {}, over_rows(x, {}, 4));
}

TEST_F(SanitizerParity, WeightedRows) {
  const Matrix<float> x = synthetic_rows({333, 17, 4, 2}, cpu().host_threads());
  const std::vector<float> weights = synthetic_weights(333, 2);
  run(x, weights, over_rows(x, weights, 9));
}

TEST_F(SanitizerParity, WideRows) {
  const Matrix<float> x = synthetic_rows({200, 70, 4, 3}, cpu().host_threads());
  run(x, {}, over_rows(x, {}, 80));
}

TEST_F(SanitizerParity, Pairs) {
  const Matrix<float> x = synthetic_rows({131, 6, 4, 4}, cpu().host_threads());
  run(x, {},
      {trials::silhouettes(131, 6, 3), trials::affinity_fit(131, 6), trials::affinity_given(65, 4),
       trials::matching_pairs(131, 11, 4)});
}

}  // namespace
}  // namespace cohort::testing
