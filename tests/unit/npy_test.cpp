#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>

#include <gtest/gtest.h>

#include "cohort/error.hpp"
#include "cohort/read.hpp"

namespace cohort {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

class Npy : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() /
              ("cohort-npy-" + std::to_string(::getpid()) + "-" +
               ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string file(const std::string& bytes) {
    const std::string path = (folder_ / "x.npy").string();
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  static std::string npy(const std::string& type, const std::string& shape, const std::string& data,
                         bool fortran = false, char version = 1) {
    const std::string dictionary = "{'descr': '" + type +
                                   "', 'fortran_order': " + (fortran ? "True" : "False") +
                                   ", 'shape': " + shape + ", }\n";
    std::string header =
        "\x93NUMPY"s + version + '\0' + static_cast<char>(dictionary.size()) + '\0';
    if (version > 1) header += "\0\0"s;
    return header + dictionary + data;
  }

  template <class T>
  static std::string bytes_of(std::initializer_list<T> values) {
    std::string bytes(values.size() * sizeof(T), '\0');
    std::memcpy(bytes.data(), std::data(values), bytes.size());
    return bytes;
  }

  std::string fault_of(const std::string& bytes) {
    try {
      (void)read_npy(file(bytes));
    } catch (const DataError& error) {
      return error.what();
    }
    return "";
  }

  fs::path folder_;
};

TEST_F(Npy, WritesWhatNumpyWrites) {
  Matrix<float> matrix(2, 3, {1, 2, 3, 4, 5, -0.5F});
  const std::string path = (folder_ / "m.npy").string();
  write_npy(path, matrix);
  std::stringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  std::string expected =
      "\x93NUMPY\x01\0\x76\0{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"s;
  expected.append(127 - expected.size(), ' ');
  expected += '\n' + bytes_of<float>({1, 2, 3, 4, 5, -0.5F});
  EXPECT_EQ(content.str(), expected);
  EXPECT_TRUE(is_npy(path));
  EXPECT_FALSE(is_npy((folder_ / "absent").string()));
  EXPECT_FALSE(is_npy(folder_.string()));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1);
}

TEST_F(Npy, ComesBackAsItWasWritten) {
  for (const std::int64_t rows : {1, 15, 16, 17}) {
    Matrix<float> matrix(rows, 3);
    for (std::int64_t i = 0; i < rows; ++i) matrix(i, i % 3) = static_cast<float>(i) / 3.0F;
    const std::string path = (folder_ / "m.npy").string();
    write_npy(path, matrix);
    const Matrix<float> back = read_npy(path);
    ASSERT_EQ(back.rows(), rows);
    ASSERT_EQ(back.cols(), 3);
    EXPECT_EQ(std::memcmp(back.data(), matrix.data(), static_cast<std::size_t>(rows) * 12), 0);
  }
}

TEST_F(Npy, ReadsEveryElementTypeAndOrder) {
  const auto expect_123456 = [&](const std::string& bytes) {
    const Matrix<float> m = read_npy(file(bytes));
    ASSERT_EQ(m.rows(), 2);
    ASSERT_EQ(m.cols(), 3);
    for (int i = 0; i < 6; ++i) EXPECT_EQ(m(i / 3, i % 3), static_cast<float>(i + 1));
  };
  expect_123456(npy("<f4", "(2, 3)", bytes_of<float>({1, 2, 3, 4, 5, 6})));
  expect_123456(npy("<f8", "(2, 3)", bytes_of<double>({1, 2, 3, 4, 5, 6})));
  expect_123456(npy("<f8", "(2, 3)", bytes_of<double>({1, 4, 2, 5, 3, 6}), true));
  expect_123456(npy("<f8", "(2, 3)", bytes_of<double>({1, 2, 3, 4, 5, 6}), false, 2));
  expect_123456(npy("<f8", "(2, 3)", bytes_of<double>({1, 2, 3, 4, 5, 6}), false, 3));
  expect_123456(npy("|i1", "(2, 3)", bytes_of<std::int8_t>({1, 2, 3, 4, 5, 6})));
  expect_123456(npy("<i2", "(2, 3)", bytes_of<std::int16_t>({1, 2, 3, 4, 5, 6})));
  expect_123456(npy(">i2", "(2, 3)", "\0\1\0\2\0\3\0\4\0\5\0\6"s));
  expect_123456(npy("<i4", "(2, 3)", bytes_of<std::int32_t>({1, 2, 3, 4, 5, 6})));
  expect_123456(npy("<i8", "(2, 3)", bytes_of<std::int64_t>({1, 2, 3, 4, 5, 6})));
  expect_123456(npy("<u8", "(2, 3)", bytes_of<std::uint64_t>({1, 2, 3, 4, 5, 6})));
  const Matrix<float> flags = read_npy(file(npy("|b1", "(1, 2)", "\1\0"s)));
  EXPECT_EQ(flags(0, 0), 1.0F);
  EXPECT_EQ(flags(0, 1), 0.0F);
}

TEST_F(Npy, RefusesWhatIsNoFiniteMatrix) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_NE(fault_of(npy("<f8", "(1, 2)", bytes_of<double>({1, infinity}))).find("[0, 1] is inf"),
            std::string::npos);
  EXPECT_NE(fault_of(npy("<f8", "(2, 1)", bytes_of<double>({1, 1e39}))).find("[1, 0] is 1e+39"),
            std::string::npos);
  EXPECT_NE(fault_of(npy("<f4", "(3,)", bytes_of<float>({1, 2, 3}))).find("1 dimension"),
            std::string::npos);
  EXPECT_NE(fault_of(npy("<f4", "(0, 3)", "")).find("empty"), std::string::npos);
  EXPECT_NE(fault_of(npy("<c8", "(1, 1)", "12345678")).find("'<c8'"), std::string::npos);
  EXPECT_NE(fault_of(npy("<f4", "(2, 1)", "1234")).find("damaged"), std::string::npos);
  EXPECT_NE(
      fault_of(npy("<f4", "(9223372036854775807, 9223372036854775807)", "1234")).find("damaged"),
      std::string::npos);
  EXPECT_NE(fault_of(npy("<f4", "(1, 1)", "1234", false, 4)).find("version 4"), std::string::npos);
  EXPECT_NE(fault_of("a,b\n1,2\n").find("is not a .npy file"), std::string::npos);
  EXPECT_NE(fault_of("\x93NUMPY\x01").find("ends within its header"), std::string::npos);
  EXPECT_NE(fault_of("\x93NUMPY\x01\0\xFF\xFF{}"s).find("ends within its header"),
            std::string::npos);
  EXPECT_NE(fault_of("\x93NUMPY\x01\0\x02\0{}"s).find("no 'descr'"), std::string::npos);
}

TEST_F(Npy, LeavesNothingWhereItCannotWrite) {
  const Matrix<float> matrix(1, 1, {1});
  EXPECT_THROW(write_npy((folder_ / "absent" / "m.npy").string(), matrix), DataError);
  fs::create_directory(folder_ / "taken.npy");
  EXPECT_THROW(write_npy((folder_ / "taken.npy").string(), matrix), DataError);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1);
}

}  // namespace
}  // namespace cohort
