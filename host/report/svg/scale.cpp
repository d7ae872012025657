#include "host/report/svg/scale.hpp"

#include <algorithm>
#include <cmath>

#include "host/report/svg/text.hpp"

namespace cohort::report {

std::vector<double> round_ticks(double low, double high, int wanted) {
  if (!(high > low) || !std::isfinite(high - low)) return {low};
  const double rough = (high - low) / wanted;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  const double mantissa = rough / power;
  const double step = power * (mantissa < 1.5 ? 1 : mantissa < 3.5 ? 2 : mantissa < 7.5 ? 5 : 10);
  std::vector<double> ticks;
  const double first = std::ceil(low / step - 1e-9) + 0.0;  // no minus zero
  for (double i = first; i * step <= high + step * 1e-9; ++i) ticks.push_back(i * step);
  return ticks;
}

std::vector<std::string> tick_labels(const std::vector<double>& ticks) {
  int decimals = 1;
  if (ticks.size() > 1)
    decimals =
        std::clamp(static_cast<int>(std::ceil(-std::log10(ticks[1] - ticks[0]) - 1e-9)), 0, 9);
  std::vector<std::string> labels;
  for (const double tick : ticks) labels.push_back(with_minus(decimal(tick, decimals)));
  return labels;
}

}  // namespace cohort::report
