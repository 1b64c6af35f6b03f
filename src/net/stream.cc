#include "net/stream.h"

#include <fmt/core.h>

namespace proofload::net {

NetError Stream::to_error(const StreamEnd& end) const {
  NetError error{.kind = end.kind, .op = end.op, .errno_value = end.errno_value, .message = "EOF"};
  if (end.errno_value != 0) {
    error.message = fmt::format("{0} tcp {1}->{2}: {0}: {3}", end.op, local().to_string(),
                                peer().to_string(), go_errno_text(end.errno_value));
  }
  return error;
}

}  // namespace proofload::net
