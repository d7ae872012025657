#include "host/cpu/kmeans_lloyd.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "host/cpu/kmeans_inertia.hpp"

namespace cohort::cpu {

namespace {

template <class Label>
class Lloyd {
 public:
  Lloyd(const CpuDataSet& data, const KMeansSums& sums, LloydLimits limits, Machine machine)
      : data_(data),
        sums_(sums),
        limits_(limits),
        machine_(machine),
        pass_(data, sums, machine),
        distances_(static_cast<std::size_t>(data.blocks() * kBlock)) {}

  KMeansFit run(std::vector<Matrix<float>> starts, const std::function<void()>& pass_done) {
    std::vector<Restart<Label>> restarts;
    for (Matrix<float>& start : starts)
      restarts.emplace_back(std::move(start), std::ssize(restarts), data_);
    std::vector<Restart<Label>*> live;
    for (Restart<Label>& restart : restarts) live.push_back(&restart);
    while (!live.empty()) {
      pass_.run(live);
      pass_done();
      std::erase_if(live, [&](Restart<Label>* restart) {
        const LloydStop stop = advance(*restart);
        if (stop != LloydStop::no) finish(*restart, stop == LloydStop::converged);
        return stop != LloydStop::no;
      });
    }
    return fit_of_best();
  }

 private:
  struct Best {
    Restart<Label>* restart;
    double inertia;
    bool converged;
  };

  // New centres; whether and why that was the last step.
  LloydStop advance(Restart<Label>& restart) const {
    const bool some_empty = std::ranges::count(restart.clusters.weights, 0) > 0;
    double shift = 0;
    if (some_empty) {
      ClusterSums filled = restart.clusters;
      fill_empty_clusters(data_, sums_, restart.centers, machine_, filled);
      shift = move_centers(filled, restart);
    } else {
      shift = move_centers(restart.clusters, restart);
    }
    ++restart.n_iter;
    return lloyd_stop(limits_, restart.changed, restart.n_iter, some_empty, shift);
  }

  // Returns the sum of the squared shifts.
  double move_centers(const ClusterSums& clusters, Restart<Label>& restart) const {
    Matrix<float>& centers = restart.centers;
    double shift = 0;
    double most = 0;
    double second = 0;
    for (std::int64_t c = 0; c < centers.rows(); ++c) {
      double of_center = 0;
      for (std::int64_t j = 0; j < centers.cols(); ++j) {
        const auto moved = static_cast<float>(
            sums_.mean(clusters.values(c, j), clusters.weights[static_cast<std::size_t>(c)], j));
        of_center += squared_move(centers(c, j), moved);
        centers(c, j) = moved;
      }
      shift += of_center;
      second = std::max(second, std::min(of_center, most));
      most = std::max(most, of_center);
    }
    restart.path.move_on(pass_.rule().path_factor * (std::sqrt(most) + std::sqrt(second)));
    return shift;
  }

  // Kept if its inertia is the best.
  void finish(Restart<Label>& restart, bool converged) {
    const double inertia =
        inertia_of(data_, sums_.weighting(), restart.centers.view(), distances_, machine_);
    if (!best_ ||
        std::pair(inertia, restart.index) < std::pair(best_->inertia, best_->restart->index))
      best_ = Best{&restart, inertia, converged};
  }

  KMeansFit fit_of_best() {
    Restart<Label>& restart = *best_->restart;
    pass_.run({&restart});  // labels that belong to the last centres
    KMeansFit fit;
    fit.labels.resize(static_cast<std::size_t>(data_.rows()));
    over_blocks(machine_.pool, data_.blocks(), [&](std::int64_t first, std::int64_t last, int) {
      const std::int64_t end = std::min(last * kBlock, data_.rows());
      std::copy(restart.labels.begin() + first * kBlock, restart.labels.begin() + end,
                fit.labels.begin() + first * kBlock);
    });
    for (const std::int64_t weight : restart.clusters.weights)
      fit.shares.push_back(static_cast<double>(weight) / static_cast<double>(sums_.total_weight()));
    fit.centers = std::move(restart.centers);
    fit.inertia = best_->inertia;
    fit.n_iter = restart.n_iter;
    fit.best_init = restart.index;
    fit.converged = best_->converged;
    return fit;
  }

  const CpuDataSet& data_;
  const KMeansSums& sums_;
  LloydLimits limits_;
  Machine machine_;
  LloydPass<Label> pass_;
  LargeVector<float> distances_;  // of a finished restart, a lane each
  std::optional<Best> best_;
};

}  // namespace

KMeansFit lloyd(const CpuDataSet& data, const KMeansSums& sums, std::vector<Matrix<float>> starts,
                LloydLimits limits, Machine machine, const std::function<void()>& pass_done) {
  if (starts.front().rows() <= 256)
    return Lloyd<std::uint8_t>(data, sums, limits, machine).run(std::move(starts), pass_done);
  return Lloyd<std::int32_t>(data, sums, limits, machine).run(std::move(starts), pass_done);
}

}  // namespace cohort::cpu
