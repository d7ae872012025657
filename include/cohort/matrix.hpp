#pragma once
/// Dense row-major matrices on the host: an owner and a view. Indices are 64-bit everywhere.

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "cohort/large_memory.hpp"

namespace cohort {

/// A view of `rows x cols` elements, row-major, host memory, not owned.
template <class T>
class MatrixView {
 public:
  MatrixView() = default;
  MatrixView(T* data, std::int64_t rows, std::int64_t cols)
      : data_(data), rows_(rows), cols_(cols) {}
  /// A mutable view is also a constant one.
  template <class U>
  requires(std::is_same_v<const U, T> && !std::is_same_v<U, T>) MatrixView(MatrixView<U> other)
      : MatrixView(other.data(), other.rows(), other.cols()) {}

  [[nodiscard]] T* data() const { return data_; }
  [[nodiscard]] std::int64_t rows() const { return rows_; }
  [[nodiscard]] std::int64_t cols() const { return cols_; }
  [[nodiscard]] std::span<T> row(std::int64_t i) const {
    return {data_ + i * cols_, static_cast<std::size_t>(cols_)};
  }
  [[nodiscard]] T& operator()(std::int64_t i, std::int64_t j) const { return data_[i * cols_ + j]; }

 private:
  T* data_ = nullptr;
  std::int64_t rows_ = 0;
  std::int64_t cols_ = 0;
};

/// `rows x cols` elements, row-major, host memory, zero at the start unless asked otherwise.
template <class T>
class Matrix {
 public:
  Matrix() = default;
  Matrix(std::int64_t rows, std::int64_t cols)
      : values_(static_cast<std::size_t>(rows * cols), T{}), rows_(rows), cols_(cols) {}
  Matrix(std::int64_t rows, std::int64_t cols, const std::vector<T>& values)
      : values_(values.begin(), values.end()), rows_(rows), cols_(cols) {}
  /// Not zero: every element is the caller's to fill.
  [[nodiscard]] static Matrix untouched(std::int64_t rows, std::int64_t cols) {
    Matrix matrix;
    matrix.values_ = LargeVector<T>(static_cast<std::size_t>(rows * cols));
    matrix.rows_ = rows;
    matrix.cols_ = cols;
    return matrix;
  }

  [[nodiscard]] std::int64_t rows() const { return rows_; }
  [[nodiscard]] std::int64_t cols() const { return cols_; }
  [[nodiscard]] bool empty() const { return values_.empty(); }
  [[nodiscard]] T* data() { return values_.data(); }
  [[nodiscard]] const T* data() const { return values_.data(); }
  [[nodiscard]] std::span<T> row(std::int64_t i) { return view().row(i); }
  [[nodiscard]] std::span<const T> row(std::int64_t i) const { return view().row(i); }
  [[nodiscard]] T& operator()(std::int64_t i, std::int64_t j) {
    return values_[static_cast<std::size_t>(i * cols_ + j)];
  }
  [[nodiscard]] const T& operator()(std::int64_t i, std::int64_t j) const {
    return values_[static_cast<std::size_t>(i * cols_ + j)];
  }
  [[nodiscard]] MatrixView<T> view() { return {values_.data(), rows_, cols_}; }
  [[nodiscard]] MatrixView<const T> view() const { return {values_.data(), rows_, cols_}; }
  operator MatrixView<const T>() const { return view(); }

 private:
  LargeVector<T> values_;
  std::int64_t rows_ = 0;
  std::int64_t cols_ = 0;
};

}  // namespace cohort
