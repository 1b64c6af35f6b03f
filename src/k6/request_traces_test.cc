#include "k6/request_traces.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/test_server.h"
#include "k6/vu_test_fixture.h"
#include "runtime/thread.h"

namespace proofload::k6 {
namespace {

// Too large for a stack.
std::unique_ptr<RequestTraces> traces(double share) {
  return std::make_unique<RequestTraces>(0xabcd, share);
}

std::vector<TracedRequest> drained(RequestTraces& all) {
  std::vector<TracedRequest> requests;
  all.drain([&](const TracedRequest& one) { requests.push_back(one); });
  return requests;
}

TEST(RequestTraces, TheirIdsBeginWithTheRunsAndDoNotRepeat) {
  const auto all = traces(1);
  std::set<std::string> ids;
  TraceParent header;
  for (const std::uint64_t vu : {1, 2}) {
    std::uint64_t seed = all->seed_of(vu);
    for (int i = 0; i < 1000; ++i) {
      const std::uint64_t id = all->next(seed, header);
      ASSERT_EQ(header.view().substr(3, 32), to_string(TraceId{0xabcd, id}));
      EXPECT_TRUE(header.view().ends_with("-01"));
      ids.insert(to_string(TraceId{0xabcd, id}));
    }
  }
  EXPECT_EQ(ids.size(), 2000);
}

TEST(RequestTraces, TheShareOfThePlanAsksAndNoneAtZero) {
  const auto tenth = traces(0.1);
  const auto none = traces(0);
  std::uint64_t seed = tenth->seed_of(1);
  TraceParent header;
  int count = 0;
  int none_count = 0;
  for (int i = 0; i < 100'000; ++i) {
    count += tenth->next(seed, header) != 0 ? 1 : 0;
    none_count += none->next(seed, header) != 0 ? 1 : 0;
  }
  EXPECT_NEAR(count, 10'000, 400);  // four standard deviations
  EXPECT_EQ(none_count, 0);
}

TEST(RequestTraces, GivesEachRequestOnce) {
  const auto all = traces(1);
  all->add({.id = 7, .row = 2, .is_failed = true, .latency_ms = 12.5});

  const auto first = drained(*all);

  ASSERT_EQ(first.size(), 1);
  EXPECT_EQ(first[0].id, 7);
  EXPECT_EQ(first[0].row, 2);
  EXPECT_TRUE(first[0].is_failed);
  EXPECT_EQ(first[0].latency_ms, 12.5);
  EXPECT_THAT(drained(*all), testing::IsEmpty());
}

TEST(RequestTraces, CountsWhatHasNoRoom) {
  const auto all = traces(1);
  for (std::uint64_t i = 1; i <= 20'000; ++i) all->add({.id = 2 * i + 1});
  EXPECT_EQ(drained(*all).size() + all->dropped_count(), 20'000);
  EXPECT_GT(all->dropped_count(), 0);
  all->add({.id = 1});
  EXPECT_EQ(drained(*all).size(), 1);
}

TEST(RequestTraces, LosesNothingUncountedBetweenThreads) {
  constexpr std::uint64_t kEach = 50'000;
  const auto all = traces(1);
  std::size_t seen = 0;
  {
    std::vector<runtime::Thread> threads;
    threads.reserve(3);
    for (int i = 0; i < 3; ++i) {
      threads.push_back(runtime::Thread::start({.name = "adds"}, [&] {
        for (std::uint64_t id = 1; id <= kEach; ++id) all->add({.id = 2 * id + 1});
      }));
    }
    for (int i = 0; i < 20; ++i) seen += drained(*all).size();
  }
  seen += drained(*all).size();
  EXPECT_EQ(seen + all->dropped_count(), 3 * kEach);
}

class TracedScript : public VuTest {
 protected:
  void SetUp() override {
    VuTest::SetUp();
    server_ = std::make_unique<http::TestServer>(*loop_, [](http::Peer& peer, int) {
      while (const auto request = peer.read_request()) {
        peer.write(request->starts_with("GET /moved")
                       ? "HTTP/1.1 302 Found\r\nLocation: /new\r\nContent-Length: 0\r\n\r\n"
                       : http::ok("here"));
      }
    });
    test_.env = {{"URL", server_->url("")}};
    ASSERT_TRUE(table_.add("moved", "GET", "/moved", test_.registry));
    ASSERT_TRUE(table_.add_other(test_.registry));
    test_.endpoints = &table_;
    test_.traces = traces_.get();
  }
  void TearDown() override {
    VuTest::TearDown();
    server_.reset();
  }

  // The script's requests as they arrived, by their `traceparent`.
  std::vector<std::string> parents_of(const std::string& body) {
    provide("import http from 'k6/http';\nconst URL = __ENV.URL;\nexport default async () => { " +
            body + " }\n");
    open_host();
    run_on(add_vu(1), [&](Vu& vu) {
      const auto initialized = vu.init();
      ASSERT_TRUE(initialized) << initialized.error().message();
      EXPECT_EQ(iterate(vu, scenario_), IterationOutcome::kComplete);
      server_->stop();
    });
    std::vector<std::string> parents;
    for (const std::string& request : server_->requests()) {
      const std::size_t at = request.find("\r\ntraceparent: ");
      parents.push_back(at == std::string::npos ? "" : request.substr(at + 15, 55));
    }
    return parents;
  }

  std::unique_ptr<RequestTraces> traces_ = traces(1);
  EndpointTable table_;
  std::unique_ptr<http::TestServer> server_;
};

TEST_F(TracedScript, EveryWayToSendARequestAsksForATraceOfItsOwn) {
  const auto parents = parents_of(
      "http.get(URL + '/a'); http.post(URL + '/b', 'body'); http.batch([URL + '/c', URL + '/d']);"
      "await http.asyncRequest('GET', URL + '/e');");

  EXPECT_EQ(std::set(parents.begin(), parents.end()).size(), 5);
  EXPECT_THAT(
      parents,
      testing::Each(testing::MatchesRegex("00-000000000000abcd[0-9a-f]{16}-[0-9a-f]{16}-01")));
  EXPECT_EQ(drained(*traces_).size(), 5);
}

TEST_F(TracedScript, ARedirectStaysInItsTraceAndIsOneRequest) {
  const auto parents = parents_of("http.get(URL + '/moved');");

  ASSERT_EQ(parents.size(), 2);
  EXPECT_EQ(parents[0], parents[1]);
  const auto requests = drained(*traces_);
  ASSERT_EQ(requests.size(), 1);
  EXPECT_EQ(requests[0].row, 1) << "where it ended";
  EXPECT_FALSE(requests[0].is_failed);
}

TEST_F(TracedScript, AHeaderOfTheScriptsOwnIsLeftAlone) {
  const std::string own = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-00";
  const auto parents = parents_of("http.get(URL, { headers: { TraceParent: '" + own + "' } });");

  EXPECT_THAT(parents, testing::ElementsAre(""));
  EXPECT_THAT(server_->requests()[0], testing::HasSubstr("\r\nTraceparent: " + own + "\r\n"));
  EXPECT_TRUE(drained(*traces_).empty());
}

TEST_F(TracedScript, WhatNeverWentOutIsNotLookedFor) {
  EXPECT_TRUE(parents_of("http.get('no://where');").empty());
  EXPECT_TRUE(drained(*traces_).empty());
}

}  // namespace
}  // namespace proofload::k6
