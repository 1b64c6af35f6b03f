// PL_COUNTED(function): a benchmark whose instructions bench/instructions.py counts. It runs the
// two lengths under callgrind and takes the difference, so that set-up does not count.
#pragma once

#include <benchmark/benchmark.h>

#define PL_COUNTED(function, ...)                                                 \
  BENCHMARK(function)->Name("counted/" #function) __VA_ARGS__->Iterations(1'000); \
  BENCHMARK(function)->Name("counted/" #function) __VA_ARGS__->Iterations(11'000)
