#include "options/options.h"

#include "base/duration.h"

namespace proofload::options {

Duration dns_ttl(const DnsOptions& dns) {
  if (!dns.ttl) return kDnsTtlDefault;
  if (*dns.ttl == "inf") return Duration::max();
  return parse_duration(*dns.ttl).value_or(kDnsTtlDefault);
}

}  // namespace proofload::options
