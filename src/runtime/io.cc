#include "runtime/io.h"

#include "runtime/io_epoll.h"
#include "runtime/io_uring.h"

namespace proofload::runtime {

Result<std::unique_ptr<IoBackend>> create_io_backend(IoKind kind) {
  if (kind == IoKind::kEpoll) return EpollBackend::create();
  auto uring = UringBackend::create();
  if (uring || kind == IoKind::kUring) return uring;
  return EpollBackend::create();
}

}  // namespace proofload::runtime
