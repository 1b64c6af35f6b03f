#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace proofload {

void check_failed(const char* condition, const char* file, int line) {
  // The log may be what is broken: straight to stderr.
  std::fprintf(stderr,
               "proofload: internal error: %s is false (%s:%d); please report this\n",  // tidy: ok
               condition, file, line);
  std::abort();
}

}  // namespace proofload
