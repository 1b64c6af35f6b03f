#include "net/net_error.h"

#include <cctype>
#include <cstring>

namespace proofload::net {

std::string go_errno_text(int errno_value) {
  // Go's table is the C library's in lower case.
  std::string text = ::strerrordesc_np(errno_value) != nullptr
                         ? ::strerrordesc_np(errno_value)
                         : "errno " + std::to_string(errno_value);
  text.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(text.front())));
  return text;
}

}  // namespace proofload::net
