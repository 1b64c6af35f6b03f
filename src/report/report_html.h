// The report as one HTML page: no script, nothing loaded, light and dark, good to print.
#pragma once

#include <string>

#include "evidence/result.h"

namespace proofload::report {

std::string report_html(const evidence::Result& result);

}  // namespace proofload::report
