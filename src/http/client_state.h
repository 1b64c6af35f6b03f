// What lies behind Transport and Client: shared per thread, and owned per VU.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/client.h"
#include "http/connection.h"
#include "http/prepared_request.h"
#include "net/dialer.h"
#include "net/tls.h"
#include "runtime/fiber.h"
#include "runtime/loop.h"

namespace proofload::http {

struct Transport::Shared {
  Shared(runtime::Loop& its_loop, net::Dialer& its_dialer, net::TlsContext& its_tls,
         const ClientOptions& its_options)
      : loop(its_loop),
        dialer(its_dialer),
        tls(its_tls),
        options(its_options),
        prepared(its_options) {}

  // Runs `entry` on a helper fiber, which never enters JavaScript; returns that fiber.
  runtime::Fiber& run_on_helper(std::function<void()> entry);

  runtime::Loop& loop;
  net::Dialer& dialer;
  net::TlsContext& tls;
  const ClientOptions& options;
  PreparedRequests prepared;
  // Scratch, never in use across a suspension.
  std::string wire;
  std::string cookie;

 private:
  std::vector<std::unique_ptr<runtime::Fiber>> helpers_;
  std::vector<runtime::Fiber*> idle_helpers_;
};

// A call that is being made, on its fiber's stack. All of a VU's are linked.
struct RunningCall {
  runtime::Fiber* fiber = nullptr;
  bool is_cancelled_here = false;  // by cancel_all(), not by whoever owns the fiber
  RunningCall* previous = nullptr;
  RunningCall* next = nullptr;
};

struct Client::State {
  State(Transport::Shared& its_shared, std::optional<net::IpAddress> its_source)
      : shared(its_shared), source(its_source) {}

  // The most recently used idle connection for `key`, or null.
  std::unique_ptr<Connection> take_idle(const std::string& key);
  // Counts its bytes, and keeps it for the next call if it may be and the limits allow.
  void give_back(std::unique_ptr<Connection> connection);
  void close_idle() { idle.clear(); }

  void add(RunningCall& call);
  void remove(RunningCall& call);

  Transport::Shared& shared;
  std::optional<net::IpAddress> source;
  std::vector<std::unique_ptr<Connection>> idle;  // least recently used first
  RunningCall* first_call = nullptr;
  std::size_t call_count = 0;  // running and started
  bool is_stopping = false;
  ByteCounts bytes;

 private:
  void drop_closed();
};

}  // namespace proofload::http
