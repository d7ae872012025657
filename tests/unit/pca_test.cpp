#include "cohort/pca.hpp"

#include <gtest/gtest.h>

#include "cohort/error.hpp"

#include "tests/unit/statistics_data.hpp"

namespace cohort {
namespace {

using test::bits_of;
using test::in_blocks;

// PCA of scikit-learn 1.2.1, tests/reference/statistics_sklearn.py.
TEST(Pca, AgreesWithScikitLearn) {
  const auto backend = make_cpu_backend(2);
  const PcaResult found = pca(*backend, in_blocks(test::formula_matrix()), 3);
  const std::vector<double> variance = {17.513350777526, 15.876356100406, 12.765345827037};
  const std::vector<double> ratio = {0.266576636805, 0.241659387043, 0.194305647243};
  const std::vector<std::vector<double>> components = {
      {0.393988201917, 0.457712055401, 0.528659435149, 0.278415863773, 0.5275194589},
      {0.375504256934, -0.18858423505, 0.177708895779, 0.630673782679, -0.62777596921},
      {0.122736697758, -0.320880938002, 0.706020013033, -0.581089787135, -0.214106345388}};
  const std::vector<double> scores_of_row_7 = {0.492051575119, -1.092681844711, 6.261157651841};
  for (std::int64_t c = 0; c < 3; ++c) {
    const auto i = static_cast<std::size_t>(c);
    EXPECT_NEAR(found.explained_variance[i], variance[i], 1e-10);
    EXPECT_NEAR(found.explained_variance_ratio[i], ratio[i], 1e-11);
    EXPECT_NEAR(found.scores(7, c), scores_of_row_7[i], 1e-9);
    for (std::int64_t j = 0; j < 5; ++j)
      EXPECT_NEAR(found.components(c, j), components[i][static_cast<std::size_t>(j)], 1e-10);
  }
}

TEST(Pca, ScoresHaveTheVarianceThatIsExplained) {
  const auto backend = make_cpu_backend(1);
  for (const std::int64_t d : {3, 64, 65, 100}) {
    const std::int64_t n = 301;
    const PcaResult found = pca(*backend, in_blocks(test::random_matrix(n, d, 23, 10, 2)), 3);
    for (std::int64_t c = 0; c < 3; ++c) {
      double mean = 0;
      double square = 0;
      for (std::int64_t i = 0; i < n; ++i) {
        mean += found.scores(i, c) / static_cast<double>(n);
        square += found.scores(i, c) * found.scores(i, c) / static_cast<double>(n - 1);
      }
      EXPECT_NEAR(mean, 0, 1e-10);
      EXPECT_NEAR(square, found.explained_variance[static_cast<std::size_t>(c)], 1e-9);
    }
  }
}

TEST(Pca, OfALineHasOneComponent) {
  Matrix<float> x(17, 3);
  for (std::int64_t i = 0; i < 17; ++i) {
    x(i, 0) = static_cast<float>(i);
    x(i, 1) = static_cast<float>(-2 * i);
    x(i, 2) = 7;
  }
  const PcaResult found = pca(*make_cpu_backend(1), in_blocks(x), 3);
  EXPECT_NEAR(found.explained_variance_ratio[0], 1, 1e-14);
  EXPECT_NEAR(found.components(0, 0), -1 / std::sqrt(5.0), 1e-14);
  EXPECT_NEAR(found.components(0, 1), 2 / std::sqrt(5.0), 1e-14);
  EXPECT_NEAR(found.explained_variance[0], 5 * 25.5, 1e-10);  // 0 .. 16 vary by 25.5
  EXPECT_GE(found.explained_variance[2], 0);
}

TEST(Pca, RefusesWhatItCannotDo) {
  const auto backend = make_cpu_backend(1);
  const auto data = in_blocks(test::random_matrix(4, 6, 29));
  EXPECT_THROW((void)pca(*backend, data, 0), UsageError);
  EXPECT_THROW((void)pca(*backend, data, 5), UsageError);
  EXPECT_NO_THROW((void)pca(*backend, data, 4));
  EXPECT_THROW((void)pca(*backend, in_blocks(Matrix<float>(9, 2)), 1), DataError);
  EXPECT_THROW((void)pca(*backend, in_blocks(test::random_matrix(1, 3, 1)), 1), DataError);
}

TEST(SymmetricEigen, FixesSignsByTheFirstOfTheLargestLoadings) {
  const EigenSystem found = cpu::symmetric_eigen(Matrix<double>(2, 2, {2, -1, -1, 2}));
  EXPECT_NEAR(found.values[0], 3, 1e-14);
  EXPECT_NEAR(found.values[1], 1, 1e-14);
  EXPECT_NEAR(found.vectors(0, 0) + found.vectors(0, 1), 0, 1e-14);
  for (std::int64_t i = 0; i < 2; ++i) {
    const bool first = std::abs(found.vectors(i, 0)) >= std::abs(found.vectors(i, 1));
    EXPECT_GT(found.vectors(i, first ? 0 : 1), 0);
  }
}

TEST(SymmetricEigen, RefusesWhatIsNotFinite) {
  EXPECT_THROW((void)cpu::symmetric_eigen(Matrix<double>(2, 2, {1, NAN, NAN, 1})), Error);
  EXPECT_THROW((void)cpu::symmetric_eigen(Matrix<double>(1, 1, {INFINITY})), Error);
}

TEST(Project, IsTheFusedDotProductOnEveryMachine) {
  for (const std::int64_t n : {1, 15, 16, 17, 5000}) {
    const Matrix<float> x = test::random_matrix(n, 7, 31, 5, 3);
    const std::vector<double> mean = {5, 4.9, 5.1, 5, 0, 1e-3, 5};
    Matrix<double> components(3, 7);
    for (std::int64_t i = 0; i < 21; ++i) components.data()[i] = std::sin(static_cast<double>(i));
    Matrix<double> expected(n, 3);
    for (std::int64_t i = 0; i < n; ++i) {
      for (std::int64_t c = 0; c < 3; ++c) {
        for (std::int64_t j = 0; j < 7; ++j)
          expected(i, c) =
              std::fma(static_cast<double>(x(i, j)) - mean[static_cast<std::size_t>(j)],
                       components(c, j), expected(i, c));
      }
    }
    test::on_every_machine([&](cpu::Machine machine) {
      EXPECT_EQ(bits_of(cpu::project(in_blocks(x), mean, components, machine)), bits_of(expected));
    });
  }
}

}  // namespace
}  // namespace cohort
