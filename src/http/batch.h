// Many calls at once from one fiber, within k6's limits for all and per host.
#pragma once

#include <span>

#include "http/client.h"
#include "http/client_state.h"

namespace proofload::http {

// From a fiber: blocks it until every call has ended, however it ends, also when it is cancelled
// itself (the calls are cancelled then).
void run_batch(Client& client, Transport::Shared& shared, std::span<const Request> requests,
               std::span<Response> responses);

}  // namespace proofload::http
