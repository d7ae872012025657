// Times beside the machine's ceilings, and no ratio where devices disagree.

#include "cohort/bench.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cohort/error.hpp"
#include "cohort/report.hpp"

namespace cohort {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(BenchReport, NoRatioWhereResultsDiffer) {
  Bench bench;
  bench.cpu = "cpu, 2 threads";
  bench.gpu = "some GPU";
  bench.cpu_copy = 1e10;
  bench.gpu_copy = 1e12;
  bench.lines = {{"scale", "1M x 6", 1000000, 48e6, 0, BenchTime{4e-3, 4e-3, 4e-3},
                  BenchTime{1e-4, 1e-4, 1e-4}, ""},
                 {"assign", "1M x 6", 1000000, 32e6, 0, BenchTime{9e-3, 9e-3, 9e-3},
                  BenchTime{1e-3, 1e-3, 1e-3}, "byte 3 of 12"}};
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
  plan.least_seconds = 0;
  const Bench result = bench(cpu.get(), nullptr, plan, {});
  EXPECT_EQ(result.lines.size(), 15U);
  for (const BenchLine& line : result.lines) {
    ASSERT_TRUE(line.cpu);
    EXPECT_FALSE(line.gpu);
    EXPECT_LE(line.cpu->least, line.cpu->median);
    EXPECT_LE(line.cpu->median, line.cpu->most);
  }
  plan.stages = {"covariance"};
  EXPECT_EQ(bench(cpu.get(), nullptr, plan, {}).lines.size(), 1U);
}

TEST(Bench, RefusesRowsThatDoNotFit) {
  const auto cpu = make_cpu_backend(1);
  BenchPlan plan;
  plan.rows = {10'000'000'000};
  EXPECT_THROW(bench(cpu.get(), nullptr, plan, {}), MemoryError);
}

TEST(Bench, MeasuresTheMachine) {
  ThreadPool one(1);
  const double rate = host_multiply_add_rate(one);
  EXPECT_GT(rate, 1e6);
  EXPECT_LT(rate, 1e13);
  const HostMachine host = host_machine();
  EXPECT_FALSE(host.processor.empty());
  EXPECT_GT(host.memory, 1 << 20);
  EXPECT_GT(peak_memory(), 1 << 20);
  EXPECT_LE(peak_memory(), host.memory);
}

/// `scale` at three numbers of rows and a time each; `assign` at one.
Bench grown_bench(double few, double some, double many) {
  const auto time = [](double seconds) { return BenchTime{seconds, seconds, seconds}; };
  Bench bench;
  bench.cpu = "cpu, 2 threads";
  bench.cpu_copy = 1e10;
  bench.cpu_multiply_adds = 1e11;
  bench.lines = {{"scale", "100k x 6", 100000, 0, 0, time(few), {}, ""},
                 {"scale", "10M x 6", 10000000, 0, 0, time(many), {}, ""},
                 {"scale", "1M x 6", 1000000, 0, 0, time(some), {}, ""},
                 {"assign", "1M x 6, k 4", 1000000, 10e6, 24e6, time(1e-3), {}, ""}};
  return bench;
}

TEST(Bench, GrowthIsTheExponentBetweenTheEnds) {
  const std::vector<BenchGrowth> linear = growth(grown_bench(1e-3, 5, 0.1));
  ASSERT_EQ(linear.size(), 1U);
  EXPECT_EQ(linear[0].operation, "scale");
  EXPECT_EQ(linear[0].shape, "6");
  EXPECT_EQ(linear[0].from, 100000);
  EXPECT_EQ(linear[0].to, 10000000);
  EXPECT_NEAR(linear[0].cpu.value(), 1, 1e-12);
  EXPECT_FALSE(linear[0].gpu);
  EXPECT_NEAR(growth(grown_bench(1e-3, 5, 10))[0].cpu.value(), 2, 1e-12);
  EXPECT_FALSE(growth(grown_bench(0, 5, 10))[0].cpu);
}

TEST(BenchReport, TellsTheNearerCeilingAndGrowth) {
  const Bench bench = grown_bench(1e-3, 1e-2, 0.1);
  const std::string text = bench_report(bench, {});
  EXPECT_THAT(text, HasSubstr("100.0 Gfma/s"));
  EXPECT_THAT(text, HasSubstr("100% copy"));  // 10 GB/s of 10, 24 Gfma/s of 100
  EXPECT_THAT(text, HasSubstr("100,000 to 10,000,000  1.00"));
  EXPECT_THAT(bench_markdown(bench), HasSubstr("| 24.0 | 100% copy |"));
  EXPECT_THAT(bench_json(bench), HasSubstr("\"cpu_exponent\": 1.0"));
  EXPECT_EQ(bench_csv(bench),
            "operation,shape,rows,device,cold_seconds,median_seconds,least_seconds,most_seconds,"
            "lower_quartile_seconds,upper_quartile_seconds,bytes,bytes_per_second,of_copy,"
            "multiply_adds,multiply_adds_per_second,of_multiply_adds,equal\n"
            "scale,100k x 6,100000,\"cpu, 2 threads\",,0.001,0.001,0.001,,,,,,,,,\n"
            "scale,10M x 6,10000000,\"cpu, 2 threads\",,0.1,0.1,0.1,,,,,,,,,\n"
            "scale,1M x 6,1000000,\"cpu, 2 threads\",,0.01,0.01,0.01,,,,,,,,,\n"
            "assign,\"1M x 6, k 4\",1000000,\"cpu, 2 threads\",,0.001,0.001,0.001,,,10000000,"
            "10000000000,1,24000000,24000000000,0.24,\n");
}

}  // namespace
}  // namespace cohort
