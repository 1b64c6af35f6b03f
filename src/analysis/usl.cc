#include "analysis/usl.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>

#include <fmt/format.h>

namespace proofload::analysis {
namespace {

using evidence::LoadLevel;
using evidence::ScalingFit;

struct Point {
  double n = 0;
  double x = 0;
};
using Points = std::vector<Point>;

struct Curve {
  double gamma = 0;
  double alpha = 0;
  double beta = 0;
  double rss = std::numeric_limits<double>::infinity();

  double at(double n) const { return gamma * n / (1 + alpha * (n - 1) + beta * n * (n - 1)); }
  double peak() const {
    return beta > 0 ? std::sqrt(std::max(1 - alpha, 0.0) / beta)
                    : std::numeric_limits<double>::infinity();
  }
};

// The best gamma for alpha and beta is a linear least square.
Curve with_best_gamma(const Points& points, double alpha, double beta) {
  Curve curve{.gamma = 1, .alpha = alpha, .beta = beta, .rss = 0};
  double xf = 0;
  double ff = 0;
  for (const Point& one : points) {
    const double f = curve.at(one.n);
    xf += one.x * f;
    ff += f * f;
  }
  curve.gamma = ff > 0 ? xf / ff : 0;
  for (const Point& one : points) {
    const double residual = one.x - curve.at(one.n);
    curve.rss += residual * residual;
  }
  return curve;
}

// Compass search in the square roots of alpha and beta, which keeps both from being negative: it
// moves to the best of the points around, and halves its step when there is none.
Curve search(const Points& points, Curve best, bool has_alpha, bool has_beta) {
  constexpr double kStepMin = 1e-9;
  double a = std::sqrt(best.alpha);
  double b = std::sqrt(best.beta);
  for (double step = 0.25; step > kStepMin;) {
    Curve found = best;
    std::array<double, 2> at{a, b};
    for (const int da : {-1, 0, 1}) {
      for (const int db : {-1, 0, 1}) {
        if ((da != 0 && !has_alpha) || (db != 0 && !has_beta)) continue;
        const double na = std::max(a + da * step, 0.0);
        // Beta is the smaller one by far.
        const double nb = std::max(b + db * step / 8, 0.0);
        const Curve tried = with_best_gamma(points, na * na, nb * nb);
        if (tried.rss >= found.rss) continue;
        found = tried;
        at = {na, nb};
      }
    }
    if (found.rss < best.rss) {
      best = found;
      a = at[0];
      b = at[1];
    } else {
      step /= 2;
    }
  }
  return best;
}

Curve fit(const Points& points, bool has_alpha, bool has_beta) {
  Curve best = with_best_gamma(points, 0, 0);
  if (!has_alpha) return best;
  // From both ends: the valley may be curved.
  for (const auto& [alpha, beta] : {std::pair(0.0, 0.0), std::pair(0.1, 0.001)}) {
    const Curve start = with_best_gamma(points, alpha, has_beta ? beta : 0);
    const Curve found = search(points, start, has_alpha, has_beta);
    if (found.rss < best.rss) best = found;
  }
  return best;
}

double aicc(const Curve& curve, const Points& points, int parameters) {
  const auto n = static_cast<double>(points.size());
  double scale = 0;
  for (const Point& one : points) scale += one.x * one.x;
  const double k = parameters;  // of the curve: the variance is one of all three models
  const double rss = std::max(curve.rss, scale * 1e-12);
  return n * std::log(rss / n) + 2 * k + 2 * k * (k + 1) / std::max(n - k - 1, 0.5);
}

// Of the peak: 2.5 % and 97.5 % of those of resampled levels. Its upper end may be infinite.
evidence::Interval peak_interval(const Points& points, const Curve& curve) {
  constexpr int kResamples = 400;
  std::mt19937_64 random(1);
  const auto n = static_cast<double>(points.size());
  const double inflation = std::sqrt(n / (n - 3));  // residuals of a fit are too small
  std::vector<double> peaks;
  for (int i = 0; i < kResamples; ++i) {
    Points drawn = points;
    for (Point& one : drawn) {
      const double fitted = curve.at(one.n);
      const double sign = (random() & 1) != 0 ? 1.0 : -1.0;
      one.x = fitted + (one.x - fitted) * inflation * sign;
    }
    peaks.push_back(fit(drawn, true, true).peak());
  }
  std::sort(peaks.begin(), peaks.end());
  return {peaks[kResamples / 40], peaks[kResamples - 1 - kResamples / 40]};
}

Points points_of(std::span<const LoadLevel> levels) {
  Points points;
  for (const LoadLevel& level : levels) {
    if (level.concurrency > 0 && level.served > 0)
      points.push_back({level.concurrency, level.served});
  }
  std::sort(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.n < b.n; });
  return points;
}

void describe_peak(const Points& points, const Curve& curve, ScalingFit& result) {
  const evidence::Interval interval = peak_interval(points, curve);
  if (!std::isfinite(interval.high)) {
    result.sentence += fmt::format(
        "; its peak is not bounded by these levels: at least {:.3g} at once", interval.low);
    return;
  }
  if (curve.peak() > points.back().n) {
    result.sentence += fmt::format(
        "; its peak lies above the {:.3g} requests at once that were reached", points.back().n);
    return;
  }
  result.peak = curve.peak();
  result.peak_interval = interval;
  result.sentence += fmt::format(
      "; throughput is greatest, {:.4g} requests/s, at {:.3g} requests at once (95 % interval "
      "{:.3g} "
      "to {:.3g}), and falls beyond",
      curve.at(curve.peak()), curve.peak(), interval.low, interval.high);
}

}  // namespace

std::optional<ScalingFit> fit_scaling(std::span<const LoadLevel> levels) {
  const Points points = points_of(levels);
  std::size_t different = points.empty() ? 0 : 1;
  for (std::size_t i = 1; i < points.size(); ++i)
    different += points[i].n > points[i - 1].n ? 1 : 0;
  if (different < kScalingLevelsMin) return std::nullopt;
  const Curve linear = fit(points, false, false);
  const Curve amdahl = fit(points, true, false);
  const Curve usl = fit(points, true, true);
  ScalingFit result;
  result.model = "linear";
  const Curve* best = &linear;
  double least = aicc(linear, points, 1);
  if (aicc(amdahl, points, 2) < least) {
    least = aicc(amdahl, points, 2);
    best = &amdahl;
    result.model = "Amdahl";
  }
  if (usl.beta > 0 && aicc(usl, points, 3) < least) {
    best = &usl;
    result.model = "USL";
  }
  result.gamma = best->gamma;
  result.alpha = best->alpha;
  result.beta = best->beta;
  result.sentence = fmt::format(
      "{} over {} levels of {:.3g} to {:.3g} requests at once: {:.4g} requests/s each alone, "
      "contention {:.2g}, coherency {:.2g}",
      result.model, points.size(), points.front().n, points.back().n, best->gamma, best->alpha,
      best->beta);
  if (best == &usl) {
    describe_peak(points, usl, result);
  } else {
    result.sentence += "; throughput has no peak in it";
  }
  return result;
}

}  // namespace proofload::analysis
