// What this program is, and which k6 it behaves as.
#pragma once

#include <string>

namespace proofload::cli {

inline constexpr const char* kVersion = "0.1.0";
// Scripts and their tools ask for k6's version, so it is said too.
inline constexpr const char* kK6Version = "v2.2.0";

std::string version_text();  // one line
std::string version_json();

}  // namespace proofload::cli
