// For tests: a loop with everything a Client needs, run until a test's fiber has returned.
#pragma once

#include <functional>
#include <memory>

#include <gtest/gtest.h>

#include "http/client.h"
#include "http/test_server.h"
#include "net/dialer.h"

namespace proofload::http {

// Parameter: the I/O backend.
class ClientTest : public testing::TestWithParam<runtime::IoKind> {
 protected:
  void SetUp() override {
    auto loop = runtime::Loop::create(GetParam());
    if (!loop) GTEST_SKIP() << loop.error().message();
    loop_ = std::move(*loop);
    resolver_ = *net::Resolver::create(*loop_, {});
    policy_ = std::make_unique<net::TargetPolicy>(*net::TargetPolicy::create({}));
    tls_ = *net::TlsContext::create({.verify_peer = false});
    dialer_ = std::make_unique<net::Dialer>(*loop_, *resolver_, *policy_, *tls_);
  }

  // Runs `test` on a fiber against a server that runs `script`, with a client of `options_`.
  void run(TestServer::Script script, std::function<void(Client&, TestServer&)> test) {
    runtime::Fiber fiber;
    loop_->spawn(fiber, [&] {
      Transport transport(*loop_, *dialer_, *tls_, options_);
      TestServer server(*loop_, std::move(script));
      {
        Client client(transport);
        test(client, server);
        client.cancel_all();
        while (client.running_call_count() > 0) loop_->yield();
      }
      server.stop();
      loop_->stop();
    });
    loop_->run();
  }

  Response get(Client& client, std::string_view url, Request request = {}) {
    Response response;
    request.url = url;
    request.observer = &notes_;
    client.send(request, response);
    return response;
  }

  std::unique_ptr<runtime::Loop> loop_;
  std::unique_ptr<net::Resolver> resolver_;
  std::unique_ptr<net::TargetPolicy> policy_;
  std::unique_ptr<net::TlsContext> tls_;
  std::unique_ptr<net::Dialer> dialer_;
  ClientOptions options_;
  Notes notes_;
};

}  // namespace proofload::http
