#include "observe/signals.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "observe/metrics_text.h"
#include "observe/series_store.h"

namespace proofload::observe {
namespace {

using std::chrono::seconds;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Point = evidence::Signal::Point;

WallTime second(int n) {
  return WallTime(seconds(n));
}

std::vector<Point> points(const std::vector<double>& values) {
  std::vector<Point> out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    out.push_back({second(static_cast<int>(i)), values[i]});
  }
  return out;
}

std::vector<double> values(const std::vector<Point>& of) {
  std::vector<double> out;
  out.reserve(of.size());
  for (const Point& point : of) out.push_back(point.value);
  return out;
}

// The signals of component "c" after `pages`, one a second, of one instance.
std::vector<evidence::Signal> resolve(const std::vector<std::string>& pages) {
  SeriesStore store;
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const auto page = parse_metrics_text(pages[i], 1000);
    EXPECT_TRUE(page);
    store.add("http://c/", second(static_cast<int>(i)), page->samples);
  }
  const auto series = store.select("http://c/", WallTime::min(), WallTime::max(), is_signal_metric);
  return resolve_signals("c", series, seconds(10));
}

// "name object: last value unit"
std::vector<std::string> lines(const std::vector<evidence::Signal>& signals) {
  std::vector<std::string> out;
  for (const evidence::Signal& signal : signals) {
    const std::string name =
        signal.object.empty() ? signal.name : signal.name + " " + signal.object;
    out.push_back(fmt::format("{}: {:.4g} {}", name, signal.points.back().value, signal.unit));
  }
  return out;
}

TEST(Increase, AddsUpWhatACounterGrewThroughItsResets) {
  EXPECT_EQ(increase(points({10, 14, 14, 20})), 10);
  EXPECT_EQ(increase(points({10, 14, 3, 5})), 9);
  EXPECT_EQ(increase(points({10})), std::nullopt);
  EXPECT_EQ(increase({}), std::nullopt);
}

TEST(Rate, IsTheGrowthASecondOverTheWindow) {
  EXPECT_THAT(values(rate(points({0, 2, 4, 10}), seconds(1))), ElementsAre(2, 2, 6));
  EXPECT_THAT(values(rate(points({0, 2, 4, 10}), seconds(2))), ElementsAre(2, 2, 4));
}

TEST(Rate, NeverDipsWhenACounterIsReset) {
  EXPECT_THAT(values(rate(points({100, 102, 1, 3}), seconds(1))), ElementsAre(2, 1, 2));
}

TEST(Rate, SaysNothingAcrossAGapThatIsWiderThanItsWindow) {
  std::vector<Point> gap = points({0, 1});
  gap.push_back({second(60), 100});
  gap.push_back({second(61), 101});

  const auto rates = rate(gap, seconds(5));

  EXPECT_THAT(values(rates), ElementsAre(1, 1));
  EXPECT_EQ(rates[1].at, second(61));
}

TEST(Rate, OfAConstantCounterIsZeroEvenAfterFractions) {
  std::vector<double> counter{0};
  for (int i = 0; i < 100; ++i) counter.push_back(counter.back() + 0.1);
  for (int i = 0; i < 20; ++i) counter.push_back(counter.back());

  EXPECT_THAT(values(rate(points(counter), seconds(5))).back(), DoubleNear(0, 1e-12));
}

TEST(ResolveSignals, ReadsTheShopsServices) {
  const char* page =
      "container_cpu_usage_seconds_total {0}\n"
      "container_cpu_cfs_periods_total {0}0\n"
      "container_cpu_cfs_throttled_periods_total {0}\n"
      "container_cpu_cfs_throttled_seconds_total {0}\n"
      "container_spec_cpu_period 100000\n"
      "container_spec_cpu_quota 200000\n"
      "container_memory_working_set_bytes 15245312\n"
      "process_cpu_seconds_total {0}\n"
      "process_resident_memory_bytes 25235456\n"
      "process_start_time_seconds 1795608564\n"
      "db_client_connection_count{{pool_name=\"ro\",state=\"used\"}} 7\n"
      "db_client_connection_count{{pool_name=\"ro\",state=\"idle\"}} 1\n"
      "db_client_connection_max{{pool_name=\"ro\"}} 8\n"
      "db_client_connection_pending_requests{{pool_name=\"ro\"}} 3\n"
      "db_client_connection_wait_time_seconds_sum{{pool_name=\"ro\"}} {0}\n"
      "db_client_connection_wait_time_seconds_count{{pool_name=\"ro\"}} {0}00\n"
      "executor_active_threads 5\n"
      "http_server_request_duration_seconds_count{{http_request_method=\"GET\","
      "http_response_status_code=\"200\",http_route=\"/search\"}} {0}0\n"
      "http_server_request_duration_seconds_count{{http_request_method=\"GET\","
      "http_response_status_code=\"503\",http_route=\"/search\"}} {0}\n";

  const auto signals =
      resolve({fmt::format(fmt::runtime(page), 1), fmt::format(fmt::runtime(page), 2)});

  EXPECT_THAT(
      lines(signals),
      ElementsAre("CPU: 1 cores", "CPU limit: 2 cores", "CPU throttled: 1 s/s",
                  "throttled periods: 0.1 share", "memory: 2.524e+07 bytes",
                  "pool busy ro: 7 connections", "pool size ro: 8 connections",
                  "pool waiting ro: 3 callers", "pool wait ro: 0.01 s", "pool wait load ro: 1 s/s",
                  "workers busy: 5 threads", "requests GET /search: 11 1/s",
                  "request errors GET /search: 1 1/s", "start time: 1.796e+09 s since 1970"));
  EXPECT_EQ(signals[5].component, "c");
  EXPECT_EQ(signals[5].object, "ro");
  EXPECT_EQ(signals[5].instance, "http://c/");
  EXPECT_EQ(signals[5].source,
            "db_client_connection_count{pool_name=\"ro\",state=\"used\"} at http://c/");
  EXPECT_EQ(signals[0].source, "rate of process_cpu_seconds_total at http://c/");
}

TEST(ResolveSignals, ReadsPgbouncerAndNotItsExporter) {
  const char* page =
      "pgbouncer_up 1\n"
      "process_cpu_seconds_total {0}\n"
      "executor_active_threads 1\n"
      "go_gc_duration_seconds_sum {0}\n"
      "pgbouncer_databases_pool_size{{database=\"shop_ro\"}} 20\n"
      "pgbouncer_pools_server_active_connections{{database=\"shop_ro\",user=\"a\"}} 12\n"
      "pgbouncer_pools_server_active_connections{{database=\"shop_ro\",user=\"b\"}} 8\n"
      "pgbouncer_pools_client_waiting_connections{{database=\"shop_ro\"}} 155\n"
      "pgbouncer_stats_totals_client_wait_seconds_total{{database=\"shop_ro\"}} {0}50\n"
      "pgbouncer_stats_totals_sql_transactions_pooled_total{{database=\"shop_ro\"}} {0}00\n";

  EXPECT_THAT(
      lines(resolve({fmt::format(fmt::runtime(page), 1), fmt::format(fmt::runtime(page), 2)})),
      ElementsAre("pool busy shop_ro: 20 connections", "pool size shop_ro: 20 connections",
                  "pool waiting shop_ro: 155 callers", "pool wait shop_ro: 1 s",
                  "pool wait load shop_ro: 100 s/s", "transactions shop_ro: 100 1/s"));
}

TEST(ResolveSignals, ReadsHikariAndTheJvm) {
  const char* page =
      "hikaricp_connections_active{{pool=\"main\"}} 10\n"
      "hikaricp_connections_pending{{pool=\"main\"}} 4\n"
      "hikaricp_connections_max{{pool=\"main\"}} 10\n"
      "hikaricp_connections_acquire_seconds_sum{{pool=\"main\"}} {0}\n"
      "hikaricp_connections_acquire_seconds_count{{pool=\"main\"}} {0}0\n"
      "jvm_gc_pause_seconds_sum{{action=\"minor\"}} 0.{0}\n"
      "jvm_gc_pause_seconds_sum{{action=\"major\"}} 0.{0}\n"
      "jvm_gc_pause_seconds_count{{action=\"minor\"}} {0}\n"
      "jvm_memory_used_bytes{{area=\"heap\",id=\"Eden\"}} 100\n"
      "jvm_memory_used_bytes{{area=\"heap\",id=\"Old\"}} 200\n";

  EXPECT_THAT(
      lines(resolve({fmt::format(fmt::runtime(page), 1), fmt::format(fmt::runtime(page), 2)})),
      ElementsAre("memory: 300 bytes", "pool busy main: 10 connections",
                  "pool size main: 10 connections", "pool waiting main: 4 callers",
                  "pool wait main: 0.1 s", "pool wait load main: 1 s/s", "GC pause: 0.2 s/s",
                  "GC runs: 1 1/s"));
}

TEST(ResolveSignals, CountsEachContainerOfCAdvisorOnce) {
  const char* page =
      "container_cpu_usage_seconds_total{{id=\"/kubepods/x\"}} {0}\n"
      "container_cpu_usage_seconds_total{{id=\"/p\",container=\"POD\",pod=\"a\"}} {0}\n"
      "container_cpu_usage_seconds_total{{id=\"/p/1\",container=\"app\",pod=\"a\",cpu=\"0\"}} {0}\n"
      "container_cpu_usage_seconds_total{{id=\"/p/1\",container=\"app\",pod=\"a\",cpu=\"1\"}} {0}\n"
      "container_cpu_usage_seconds_total{{id=\"/p/2\",container=\"app\",pod=\"b\"}} {0}\n";

  EXPECT_THAT(
      lines(resolve({fmt::format(fmt::runtime(page), 1), fmt::format(fmt::runtime(page), 2)})),
      ElementsAre("CPU a app: 2 cores", "CPU b app: 1 cores"));
}

TEST(ResolveSignals, ReadsPostgresAndGo) {
  EXPECT_THAT(lines(resolve({"pg_stat_activity_count{state=\"active\",datname=\"shop\"} 4\n"
                             "pg_stat_activity_count{state=\"idle\",datname=\"shop\"} 6\n"
                             "pg_settings_max_connections 120\n"
                             "pg_stat_activity_max_tx_duration{state=\"active\"} 4\n"
                             "pg_stat_activity_max_tx_duration{state=\"idle\"} 3\n"
                             "pg_replication_lag_seconds 0.5\n"})),
              ElementsAre("connections: 10 connections", "connection limit: 120 connections",
                          "longest transaction: 4 s", "replica lag: 0.5 s"));
  EXPECT_THAT(lines(resolve({"go_gc_duration_seconds{quantile=\"0\"} 1e-5\n"
                             "go_gc_duration_seconds_sum 1\ngo_gc_duration_seconds_count 10\n",
                             "go_gc_duration_seconds_sum 1.5\ngo_gc_duration_seconds_count 15\n"})),
              ElementsAre("GC pause: 0.5 s/s", "GC runs: 5 1/s"));
}

TEST(ResolveSignals, ReadsTheHostLessItsIdleTime) {
  EXPECT_THAT(
      lines(resolve({"node_cpu_seconds_total{cpu=\"0\",mode=\"user\"} 1\n"
                     "node_cpu_seconds_total{cpu=\"0\",mode=\"idle\"} 1\n"
                     "node_memory_MemTotal_bytes 100\nnode_memory_MemAvailable_bytes 30\n",
                     "node_cpu_seconds_total{cpu=\"0\",mode=\"user\"} 1.25\n"
                     "node_cpu_seconds_total{cpu=\"0\",mode=\"idle\"} 1.75\n"
                     "node_memory_MemTotal_bytes 100\nnode_memory_MemAvailable_bytes 40\n"})),
      ElementsAre("CPU: 0.25 cores", "memory: 60 bytes", "memory limit: 100 bytes"));
}

TEST(ResolveSignals, KeepsInstancesApart) {
  std::vector<evidence::Series> series{
      {"process_resident_memory_bytes", {}, "http://b/", points({1})},
      {"process_resident_memory_bytes", {}, "http://a/", points({2})}};

  const auto signals = resolve_signals("catalog", series, seconds(10));

  ASSERT_EQ(signals.size(), 2);
  EXPECT_EQ(signals[0].instance, "http://a/");
  EXPECT_EQ(signals[1].instance, "http://b/");
}

TEST(ResolveSignals, LeavesOutAMeanOfNothing) {
  const std::string idle =
      "hikaricp_connections_acquire_seconds_sum 5\nhikaricp_connections_acquire_seconds_count 9\n";

  const auto signals = resolve({idle, idle});

  EXPECT_THAT(lines(signals), ElementsAre("pool wait load: 0 s/s"));
}

TEST(ResolveSignals, TakesNoLimitForNone) {
  EXPECT_THAT(resolve({"container_spec_memory_limit_bytes 9.223372036854772e18\n"
                       "container_spec_cpu_quota -1\ncontainer_spec_cpu_period 100000\n"
                       "go_sql_max_open_connections{db_name=\"d\"} 0\n"}),
              IsEmpty());
}

TEST(ResolveSignals, ShortensHostileLabels) {
  const auto signals =
      resolve({"queue_depth{queue=\"q\",x=\"" + std::string(100'000, 'x') + "\"} 1\n"});

  ASSERT_EQ(signals.size(), 1);
  EXPECT_LT(signals[0].source.size(), 300);
}

TEST(ResolveSignals, SaysNothingOfWhatItDoesNotKnow) {
  EXPECT_THAT(resolve({"my_metric 1\n"}), IsEmpty());
  EXPECT_THAT(resolve_signals("c", {}, seconds(10)), IsEmpty());
}

TEST(SignalTable, HasRowsThatCanBeRead) {
  for (const SignalRow& row : signal_table()) {
    SCOPED_TRACE(row.metric);
    EXPECT_FALSE(row.metric.empty());
    EXPECT_TRUE(row.per.empty() || row.minus.empty());
    std::string_view where = row.where;
    while (!where.empty()) {
      const auto end = where.find(',');
      EXPECT_GT(where.substr(0, end).find('='), 0);
      EXPECT_NE(where.substr(0, end).find('='), std::string_view::npos);
      where.remove_prefix(end == std::string_view::npos ? where.size() : end + 1);
    }
  }
}

TEST(SignalMetricRegex, ListsEachMetricOnce) {
  const std::string regex = signal_metric_regex();

  EXPECT_THAT(regex, HasSubstr("|process_cpu_seconds_total|"));
  EXPECT_THAT(regex, HasSubstr("|pgbouncer_.*waiting_clients|"));
  EXPECT_THAT(regex, Not(HasSubstr("||")));
}

}  // namespace
}  // namespace proofload::observe
