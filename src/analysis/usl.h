// How throughput grows with concurrency over the steps of a staircase, and where it stops growing.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "evidence/result.h"

namespace proofload::analysis {

// Fewer levels decide nothing about three parameters.
inline constexpr std::size_t kScalingLevelsMin = 6;

// Least squares for X(N) of the Universal Scalability Law, alpha and beta not negative. Of linear,
// Amdahl and USL the one with the least AICc (Hurvich and Tsai 1989) is taken. The peak N* =
// sqrt((1 - alpha) / beta) comes with a 95 % interval by wild bootstrap (Liu 1988, Rademacher
// signs), and is only given when it lies within the levels and its interval is finite. Nothing when
// there are fewer than kScalingLevelsMin different levels that served anything. Pure: equal levels
// give equal fits.
std::optional<evidence::ScalingFit> fit_scaling(std::span<const evidence::LoadLevel> levels);

}  // namespace proofload::analysis
