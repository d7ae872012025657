// The selftest finds a device that is wrong in one bit, and the bench gives no ratio for it.

#include "cohort/selftest.hpp"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cohort/bench.hpp"
#include "cohort/report.hpp"

#include "host/engine/trials.hpp"
#include "tests/support/forwarding_backend.hpp"

namespace cohort::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// One label of every K-means fit is wrong.
class WrongLabel : public ForwardingBackend {
 public:
  using ForwardingBackend::ForwardingBackend;
  KMeansFit kmeans(const DataSet& data, const KMeansParams& params) override {
    KMeansFit fit = ForwardingBackend::kmeans(data, params);
    fit.labels.back() ^= 1;
    return fit;
  }
};

TEST(Selftest, FindsOneWrongLabelAndFitsTheTerminal) {
  const auto cpu = make_cpu_backend(2);
  WrongLabel wrong(make_cpu_backend(1));
  const Selftest result = selftest(*cpu, wrong, 1, {});
  EXPECT_FALSE(result.passed());
  for (const SelftestCheck& check : result.checks) {
    const bool is_kmeans = check.operation.find("K-means") != std::string::npos;
    EXPECT_EQ(check.difference.empty(), !is_kmeans) << check.operation << check.difference;
  }
  const std::string report = selftest_report(result, {});
  EXPECT_THAT(report, HasSubstr("DIFFERS"));
  EXPECT_THAT(report, HasSubstr("4 of 41 operations differ"));
  std::size_t begin = 0;
  for (std::size_t end = report.find('\n'); end != std::string::npos;
       end = report.find('\n', begin)) {
    EXPECT_LE(end - begin, 80U) << report.substr(begin, end - begin);
    begin = end + 1;
  }
}

TEST(Trials, DifferencesAreNamed) {
  TrialOutcome a;
  a.add(std::vector<int>{1, 2, 3});
  TrialOutcome b;
  b.add(std::vector<int>{1, 2, 4});
  EXPECT_EQ(difference(a, a), "");
  EXPECT_EQ(difference(a, b), "byte 8 of 12");
  a.close = b.close = {1, 2};
  b.bytes = a.bytes;
  EXPECT_EQ(difference(a, b), "");
  b.close = {1, 2.5};
  EXPECT_EQ(difference(a, b), "5.0e-01 of 2.0e+00");
  b.close = {std::nan(""), 2};
  EXPECT_NE(difference(a, b), "");
  b.close = {1, 2 + 1e-12};
  EXPECT_EQ(difference(a, b), "");
  b.close = {1, 2 + 1e-9};
  EXPECT_NE(difference(a, b), "");
}

TEST(BenchReport, NoRatioWhereResultsDiffer) {
  Bench bench;
  bench.cpu = "cpu, 2 threads";
  bench.gpu = "some GPU";
  bench.cpu_copy = 1e10;
  bench.gpu_copy = 1e12;
  bench.lines = {
      {"scale", "1M x 6", 48e6, BenchTime{4e-3, 4e-3, 4e-3}, BenchTime{1e-4, 1e-4, 1e-4}, ""},
      {"assign", "1M x 6", 32e6, BenchTime{9e-3, 9e-3, 9e-3}, BenchTime{1e-3, 1e-3, 1e-3},
       "byte 3 of 12"}};
  const std::string text = bench_report(bench, {});
  EXPECT_THAT(text, HasSubstr("40.0 x"));
  EXPECT_THAT(text, HasSubstr("480.0"));  // GB/s of the GPU
  EXPECT_THAT(text, HasSubstr("48%"));
  EXPECT_THAT(text, HasSubstr("DIFFER"));
  EXPECT_THAT(text, Not(HasSubstr("9.0 x")));
  EXPECT_THAT(bench_markdown(bench), HasSubstr("| 40.0 x |"));
  EXPECT_THAT(bench_json(bench), HasSubstr("\"equal\": false"));
}

TEST(Bench, TimesEveryOperationOnce) {
  const auto cpu = make_cpu_backend(1);
  BenchPlan plan;
  plan.rows = {50};
  plan.pair_rows = 20;
  plan.repeats = 1;
  const Bench result = bench(cpu.get(), nullptr, plan, {});
  EXPECT_EQ(result.lines.size(), 14U);
  for (const BenchLine& line : result.lines) {
    ASSERT_TRUE(line.cpu);
    EXPECT_FALSE(line.gpu);
    EXPECT_LE(line.cpu->least, line.cpu->median);
    EXPECT_LE(line.cpu->median, line.cpu->most);
  }
  plan.stages = {"covariance"};
  EXPECT_EQ(bench(cpu.get(), nullptr, plan, {}).lines.size(), 1U);
}

}  // namespace
}  // namespace cohort::testing
