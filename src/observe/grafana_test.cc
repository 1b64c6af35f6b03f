#include "observe/grafana.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "observe/test_server.h"

namespace proofload::observe {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// The shape that GET /api/dashboards/uid/:uid documents.
constexpr const char* kDashboard =
    R"json({"meta":{"slug":"shop"},"dashboard":{"uid":"abc","panels":[
  {"id":1,"type":"row","panels":[{"id":7,"title":"Requests","datasource":{"type":"prometheus","uid":"${ds}"},
    "targets":[{"refId":"H","hide":true,"expr":"up"},
      {"refId":"A","expr":"sum by (route) (rate(http_requests_total{ns=\"$ns\",pod=~\"${pod:regex}\"}[$__rate_interval]))"},
      {"refId":"B","expr":"up"}]}]},
  {"id":8,"title":"Logs","datasource":{"uid":"loki"},"targets":[{"refId":"A","query":"x"}]}],
  "templating":{"list":[{"name":"ns","current":{"value":"shop"}},{"name":"ds","current":{"value":"prom-1"}},
    {"name":"pod","current":{"value":["$__all"]}}]}}})json";

class GrafanaTest : public testing::Test {
 protected:
  GrafanaTest() {
    server_.http().Get("/grafana/api/dashboards/uid/abc",
                       [this](const httplib::Request& request, httplib::Response& response) {
                         token_ = request.get_header_value("Authorization");
                         response.set_content(kDashboard, "application/json");
                       });
    server_.http().Get("/login", [](const httplib::Request&, httplib::Response& response) {
      response.set_content("<html>Log in</html>", "text/html");
    });
    server_.http().Get("/api/dashboards/uid/page",
                       [](const httplib::Request&, httplib::Response& response) {
                         response.set_redirect("/login");
                       });
    server_.http().Get("/api/dashboards/uid/secret",
                       [](const httplib::Request&, httplib::Response& response) {
                         response.status = 401;
                         response.set_content(R"({"message":"Unauthorized"})", "application/json");
                       });
    server_.start();
  }
  Result<GrafanaPanel> panel(const std::string& path) {
    HttpRequest access;
    access.credentials.bearer = "glsa_x";
    return read_grafana_panel(server_.url(path), access, "1m", "7d");
  }

  TestServer server_;
  std::string token_;
};

TEST_F(GrafanaTest, TellsWhatAPanelAsksWithItsVariables) {
  const auto found =
      panel("/grafana/d/abc/shop?orgId=1&from=now-24h&to=now&var-ns=shop%20b&viewPanel=7");

  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(found->title, "Requests");
  EXPECT_EQ(found->expression,
            R"(sum by (route) (rate(http_requests_total{ns="shop b",pod=~".*"}[5m])))");
  EXPECT_EQ(found->prometheus, server_.url("/grafana/api/datasources/proxy/uid/prom-1"));
  EXPECT_EQ(found->over, "24h");
  EXPECT_THAT(found->others, ElementsAre("B"));
  EXPECT_EQ(token_, "Bearer glsa_x");
}

TEST_F(GrafanaTest, TakesTheDashboardsValuesAndOlderAndNewerAddresses) {
  for (const char* path :
       {"/grafana/d-solo/abc/shop?panelId=7", "/grafana/d/abc?viewPanel=panel-7"}) {
    const auto found = panel(path);
    ASSERT_TRUE(found) << path;
    EXPECT_THAT(found->expression, HasSubstr(R"(ns="shop")"));
    EXPECT_EQ(found->over, "");
  }
  const auto several = panel("/grafana/d/abc?viewPanel=7&var-pod=a&var-pod=b");
  ASSERT_TRUE(several);
  EXPECT_THAT(several->expression, HasSubstr(R"re(pod=~"(a|b)")re"));
}

TEST_F(GrafanaTest, SaysWhyAPanelGivesNoQuery) {
  EXPECT_THAT(panel("/grafana/d/abc/shop").error().message(),
              HasSubstr("not the address of a panel"));
  EXPECT_THAT(panel("/explore?viewPanel=7").error().message(), HasSubstr("not the address"));
  EXPECT_THAT(panel("/grafana/d/abc?viewPanel=9").error().message(), HasSubstr("no panel 9"));
  EXPECT_THAT(panel("/grafana/d/abc?viewPanel=8").error().message(),
              HasSubstr("asks no Prometheus"));
}

TEST_F(GrafanaTest, SaysThatALoginPageAnswersOrATokenIsMissing) {
  EXPECT_THAT(panel("/d/page?viewPanel=1").error().message(), HasSubstr("an HTML page"));
  EXPECT_THAT(panel("/d/secret?viewPanel=1").error().hint(), HasSubstr("token"));
}

}  // namespace
}  // namespace proofload::observe
