// From consolidated options to what the network, the tags and the VUs of a run are set up with.
#pragma once

#include "base/error.h"
#include "k6/test_state.h"
#include "options/consolidate.h"

namespace proofload::app {

// Fills the parts of `state` that follow from the options. `environment` gives proxies,
// SSL_CERT_FILE and SSLKEYLOGFILE. The error names the option that cannot be used.
Result<void> apply_options(const options::TestOptions& test, const options::StringMap& environment,
                           k6::TestState& state);

// k6's localIPs: "192.168.1.5,10.0.0.1-10.0.0.9,fe80::/120". All addresses, in order.
Result<std::vector<net::IpAddress>> parse_local_ips(std::string_view text);

}  // namespace proofload::app
