// Random identifiers from the system's cryptographic generator.
#pragma once

#include <cstddef>
#include <string>

namespace proofload::http {

// Two lower-case hexadecimal digits a byte.
std::string random_hex(std::size_t byte_count);

}  // namespace proofload::http
