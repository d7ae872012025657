#pragma once
/// From values to places in a picture.

#include <string>
#include <vector>

namespace cohort::report {

/// A straight line through (low, from) and (high, to); its middle where low is high.
class Scale {
 public:
  Scale(double low, double high, double from, double to)
      : low_(low), high_(high), from_(from), to_(to) {}

  [[nodiscard]] double operator()(double value) const {
    if (!(high_ > low_)) return (from_ + to_) / 2;
    return from_ + (value - low_) / (high_ - low_) * (to_ - from_);
  }
  [[nodiscard]] double low() const { return low_; }
  [[nodiscard]] double high() const { return high_; }

 private:
  double low_, high_, from_, to_;
};

/// Round numbers in [low, high], about `wanted` of them, 1, 2 or 5 times a power of ten apart.
[[nodiscard]] std::vector<double> round_ticks(double low, double high, int wanted);

/// The ticks as a person reads them, with the decimals that tell them apart.
[[nodiscard]] std::vector<std::string> tick_labels(const std::vector<double>& ticks);

}  // namespace cohort::report
