// Histograms as bytes, to be kept on disk: some hundred of them for a second of an endpoint.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "metrics/histogram.h"

namespace proofload::metrics {

// Count, sum, minimum and maximum come back exactly, and so do up to 128 values; of more the
// buckets come back, so that percentiles are off by 0.1 % at most. The bytes are little-endian.
std::string encode_histogram(const Histogram& histogram);

// Adds what was encoded to `into`, whose owner `slab` is. Of any bytes; on an error `into` is as it
// was.
Result<void> decode_histogram(std::string_view bytes, Histogram& into, PageSlab& slab);

}  // namespace proofload::metrics
