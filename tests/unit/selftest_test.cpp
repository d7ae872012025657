// The selftest finds a device that is wrong in one bit.

#include "cohort/selftest.hpp"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cohort/report.hpp"

#include "host/engine/trials.hpp"
#include "tests/support/forwarding_backend.hpp"

namespace cohort::testing {
namespace {

using ::testing::HasSubstr;

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

}  // namespace
}  // namespace cohort::testing
