#include "report/summary_json.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "report/summary_test_values.h"

namespace proofload::report {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): a vocabulary of our own
using nlohmann::json;     // compares objects whatever their order, which k6 leaves to chance

// A run that k6 2.2 made, with some of its metrics. The expected texts are what k6 wrote.
Summary observed_run() {
  constexpr double kSeconds = 0.0072806;
  Summary run;
  run.test_run_duration = seconds(kSeconds);
  run.trend_stats = {"avg", "min", "med", "max", "p(90)", "p(95)", "p(99.9)", "count"};
  run.time_unit = "ms";
  run.setup_data = R"({"from":"setup","n":1})";
  run.groups = {{"default", "::outer", {}}, {"default", "::outer::inner", {}}};
  run.checks = {{"default", "::outer::inner", "is 200", 3, 0},
                {"default", "::outer::inner", "is 500", 0, 3},
                {"default", "::outer", "in outer", 3, 0}};
  auto my_trend = trend("my_trend", {});
  my_trend.contains = metrics::ValueType::kDefault;
  my_trend.values = {{"avg", 3},     {"min", 1.5},    {"med", 3},         {"max", 4.5},
                     {"p(90)", 4.2}, {"p(95)", 4.35}, {"p(99.9)", 4.497}, {"count", 3}};
  auto never_used = my_trend;
  never_used.name = "never_used";
  for (auto& [name, value] : never_used.values) value = 0;
  run.metrics = {
      bytes("data_received", 780, kSeconds),
      counter("http_reqs", 3, kSeconds),
      with_threshold(counter("my_counter{kind:a}", 2, kSeconds), "count>=2", true),
      gauge("my_gauge", 3, 3, 5),
      rate("my_rate", 2, 1),
      with_threshold(with_threshold(my_trend, "avg<100", true), "p(95)<1", false),
      with_threshold(never_used, "avg<1", true),
  };
  return run;
}

TEST(HandleSummaryData, IsWhatK6HandsToTheScript) {
  EXPECT_EQ(json::parse(handle_summary_data(observed_run(), {})), json::parse(R"json({
  "options": {
    "summaryTrendStats": [
      "avg",
      "min",
      "med",
      "max",
      "p(90)",
      "p(95)",
      "p(99.9)",
      "count"
    ],
    "summaryTimeUnit": "ms",
    "noColor": false
  },
  "state": {
    "isStdOutTTY": false,
    "isStdErrTTY": false,
    "testRunDurationMs": 7.2806
  },
  "metrics": {
    "http_reqs": {
      "type": "counter",
      "contains": "default",
      "values": {
        "count": 3,
        "rate": 412.05395159739584
      }
    },
    "my_trend": {
      "type": "trend",
      "contains": "default",
      "values": {
        "avg": 3,
        "min": 1.5,
        "med": 3,
        "max": 4.5,
        "p(90)": 4.2,
        "p(95)": 4.35,
        "p(99.9)": 4.497,
        "count": 3
      },
      "thresholds": {
        "avg<100": {
          "ok": true
        },
        "p(95)<1": {
          "ok": false
        }
      }
    },
    "my_counter{kind:a}": {
      "type": "counter",
      "contains": "default",
      "values": {
        "count": 2,
        "rate": 274.7026343982639
      },
      "thresholds": {
        "count>=2": {
          "ok": true
        }
      }
    },
    "my_gauge": {
      "type": "gauge",
      "contains": "default",
      "values": {
        "value": 3,
        "min": 3,
        "max": 5
      }
    },
    "my_rate": {
      "type": "rate",
      "contains": "default",
      "values": {
        "rate": 0.6666666666666666,
        "passes": 2,
        "fails": 1
      }
    },
    "data_received": {
      "values": {
        "count": 780,
        "rate": 107134.02741532291
      },
      "type": "counter",
      "contains": "data"
    },
    "never_used": {
      "type": "trend",
      "contains": "default",
      "values": {
        "min": 0,
        "med": 0,
        "max": 0,
        "p(90)": 0,
        "p(95)": 0,
        "p(99.9)": 0,
        "count": 0,
        "avg": 0
      },
      "thresholds": {
        "avg<1": {
          "ok": true
        }
      }
    }
  },
  "setup_data": {
    "from": "setup",
    "n": 1
  },
  "root_group": {
  "path" : "",
           "id" : "d41d8cd98f00b204e9800998ecf8427e",
                  "groups" : [ {
                    "groups" : [ {
                      "id" : "b6c425bc7b9e3d21a2d56ce7a6de3614",
                      "groups" : [],
                      "checks" : [
                        {
                          "fails" : 0,
                          "name" : "is 200",
                          "path" : "::outer::inner::is 200",
                          "id" : "6725000f84f8fcff6a87227bb109b94d",
                          "passes" : 3
                        },
                        {
                          "id" : "36e2534e4ef7d6ca0d35fae1ce0b9b19",
                          "passes" : 0,
                          "fails" : 3,
                          "name" : "is 500",
                          "path" : "::outer::inner::is 500"
                        }
                      ],
                      "name" : "inner",
                      "path" : "::outer::inner"
                    } ],
                    "checks" : [ {
                      "name" : "in outer",
                      "path" : "::outer::in outer",
                      "id" : "01c725549aa6f4035dcd021b5aec069d",
                      "passes" : 3,
                      "fails" : 0
                    } ],
                    "name" : "outer",
                    "path" : "::outer",
                    "id" : "c34b428ee7255085dfe7fef53d3394d5"
                  } ],
                             "checks" : [],
                                        "name" : ""
}
})json"));
}

TEST(HandleSummaryData, LeavesOutSetupDataWhenSetupReturnedNothing) {
  auto run = observed_run();
  run.setup_data.clear();
  EXPECT_FALSE(json::parse(handle_summary_data(run, {})).contains("setup_data"));
}

TEST(HandleSummaryData, TellsWhichStreamIsATerminal) {
  const auto state = json::parse(handle_summary_data({}, {.stderr_is_tty = true}))["state"];
  EXPECT_EQ(state["isStdOutTTY"], false);
  EXPECT_EQ(state["isStdErrTTY"], true);
}

TEST(HandleSummaryData, AddsUpACheckThatTwoScenariosMadeInOneGroup) {
  Summary run;
  run.checks = {{"a", "", "ok", 1, 2}, {"b", "", "ok", 3, 0}};
  const auto checks = json::parse(handle_summary_data(run, {}))["root_group"]["checks"];
  ASSERT_EQ(checks.size(), 1U);
  EXPECT_EQ(checks[0]["passes"], 4);
  EXPECT_EQ(checks[0]["fails"], 2);
}

TEST(SummaryExport, IsWhatK6WritesWithTrueForAFailedThreshold) {
  EXPECT_EQ(json::parse(summary_export(observed_run())), json::parse(R"json({
  "setup_data": {
    "from": "setup",
    "n": 1
  },
  "root_group": {
    "name": "",
    "path": "",
    "id": "d41d8cd98f00b204e9800998ecf8427e",
    "groups": {
      "outer": {
        "name": "outer",
        "path": "::outer",
        "id": "c34b428ee7255085dfe7fef53d3394d5",
        "groups": {
          "inner": {
            "groups": {},
            "checks": {
              "is 200": {
                "passes": 3,
                "fails": 0,
                "name": "is 200",
                "path": "::outer::inner::is 200",
                "id": "6725000f84f8fcff6a87227bb109b94d"
              },
              "is 500": {
                "path": "::outer::inner::is 500",
                "id": "36e2534e4ef7d6ca0d35fae1ce0b9b19",
                "passes": 0,
                "fails": 3,
                "name": "is 500"
              }
            },
            "name": "inner",
            "path": "::outer::inner",
            "id": "b6c425bc7b9e3d21a2d56ce7a6de3614"
          }
        },
        "checks": {
          "in outer": {
            "name": "in outer",
            "path": "::outer::in outer",
            "id": "01c725549aa6f4035dcd021b5aec069d",
            "passes": 3,
            "fails": 0
          }
        }
      }
    },
    "checks": {}
  },
  "metrics": {
    "http_reqs": {
      "count": 3,
      "rate": 412.05395159739584
    },
    "my_trend": {
      "p(99.9)": 4.497,
      "count": 3,
      "avg": 3,
      "min": 1.5,
      "med": 3,
      "max": 4.5,
      "p(90)": 4.2,
      "p(95)": 4.35,
      "thresholds": {
  "avg<100" : false, "p(95)<1" : true
      }
    },
    "my_counter{kind:a}": {
      "count": 2,
      "rate": 274.7026343982639,
      "thresholds": {
        "count>=2": false
      }
    },
    "my_gauge": {
      "value": 3,
      "min": 3,
      "max": 5
    },
    "my_rate": {
      "passes": 2,
      "fails": 1,
      "value": 0.6666666666666666
    },
    "data_received": {
      "count": 780,
      "rate": 107134.02741532291
    },
    "never_used": {
  "avg" : 0, "min" : 0, "med" : 0, "max" : 0, "p(90)" : 0, "p(95)" : 0, "p(99.9)" : 0, "count" : 0,
      "thresholds" : {
    "avg<1" : false
  }
}
}
})json"));
}

TEST(SummaryExport, IsIndentedByFour) {
  Summary run;
  run.metrics = {counter("iterations", 3, 2)};
  EXPECT_EQ(summary_export(run),
            "{\n"
            "    \"root_group\": {\n"
            "        \"name\": \"\",\n"
            "        \"path\": \"\",\n"
            "        \"id\": \"d41d8cd98f00b204e9800998ecf8427e\",\n"
            "        \"groups\": {},\n"
            "        \"checks\": {}\n"
            "    },\n"
            "    \"metrics\": {\n"
            "        \"iterations\": {\n"
            "            \"count\": 3,\n"
            "            \"rate\": 1.5\n"
            "        }\n"
            "    }\n"
            "}");
}

TEST(MachineSummary, IsWhatK6WritesInItsSchema) {
  const auto at = WallTime(std::chrono::duration_cast<WallTime::duration>(
      std::chrono::nanoseconds(1795442388137883484)));
  const auto text = machine_summary(
      observed_run(), {.script = "export default function () {}\n", .generated_at = at});
  EXPECT_EQ(json::parse(text), json::parse(R"json({
  "config": {
    "duration": 0.0072806,
    "execution": "local",
    "script": "export default function () {}\n"
  },
  "metadata": {
    "generated_at": "2026-11-23T13:59:48.137883484Z",
    "k6_version": "2.2.0"
  },
  "results": {
    "checks": {
      "metrics": [
        {
          "contains": "default",
          "name": "checks_total",
          "type": "counter",
          "values": {
            "count": 9
          }
        },
        {
          "contains": "default",
          "name": "checks_failed",
          "type": "rate",
          "values": {
            "matches": 3,
            "rate": 0.3333333333333333,
            "total": 9
          }
        },
        {
          "contains": "default",
          "name": "checks_succeeded",
          "type": "rate",
          "values": {
            "matches": 6,
            "rate": 0.6666666666666666,
            "total": 9
          }
        }
      ],
      "results": [
        {
          "fails": 0,
          "name": "is 200",
          "passes": 3
        },
        {
          "fails": 3,
          "name": "is 500",
          "passes": 0
        },
        {
          "fails": 0,
          "name": "in outer",
          "passes": 3
        }
      ]
    },
    "metrics": [
      {
        "contains": "data",
        "name": "data_received",
        "type": "counter",
        "values": {
          "count": 780
        }
      },
      {
        "contains": "default",
        "name": "http_reqs",
        "type": "counter",
        "values": {
          "count": 3
        }
      },
      {
        "contains": "default",
        "name": "my_counter{kind:a}",
        "type": "counter",
        "values": {
          "count": 2
        }
      },
      {
        "contains": "default",
        "name": "my_gauge",
        "type": "gauge",
        "values": {
          "max": 5,
          "min": 3,
          "value": 3
        }
      },
      {
        "contains": "default",
        "name": "my_rate",
        "type": "rate",
        "values": {
          "matches": 2,
          "rate": 0.6666666666666666,
          "total": 3
        }
      },
      {
        "contains": "default",
        "name": "my_trend",
        "type": "trend",
        "values": {
          "avg": 3,
          "max": 4.5,
          "med": 3,
          "min": 1.5,
          "p90": 4.2,
          "p95": 4.35
        }
      },
      {
        "contains": "default",
        "name": "never_used",
        "type": "trend",
        "values": {
          "avg": 0,
          "max": 0,
          "med": 0,
          "min": 0,
          "p90": 0,
          "p95": 0
        }
      }
    ]
  },
  "version": "1.0.0"
})json"));
}

TEST(MachineSummary, LeavesOutChecksWhenThereWereNone) {
  EXPECT_FALSE(json::parse(machine_summary({}, {}))["results"].contains("checks"));
}

}  // namespace
}  // namespace proofload::report
