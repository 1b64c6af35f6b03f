#include "observe/kubernetes.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "observe/test_server.h"

namespace proofload::observe {
namespace {

using evidence::Facts;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kDeployment = R"({"metadata":{"name":"orders","namespace":"shop"},
  "spec":{"replicas":3,"template":{"spec":{"containers":[
    {"name":"app","image":"orders:1.4","resources":{"limits":{"cpu":"500m","memory":"1Gi"},
     "requests":{"cpu":0.25}}}]}}}})";

Json list_of(const std::string& kind, const std::string& items, const std::string& more = "") {
  return Json::parse(R"({"kind":")" + kind + R"(","metadata":{)" + more + R"(},"items":[)" + items +
                     "]}");
}

TEST(KubernetesFacts, OfAWorkloadAreItsReplicasLimitsRequestsAndImage) {
  Facts facts;
  ASSERT_TRUE(add_kubernetes_facts(list_of("DeploymentList", kDeployment), "shop", facts));

  EXPECT_EQ(facts["replicas"]["orders"], "3");
  EXPECT_EQ(facts["cpu_limit"]["orders"], "500m");
  EXPECT_EQ(facts["memory_limit"]["orders"], "1Gi");
  EXPECT_EQ(facts["cpu_request"]["orders"], "0.25");
  EXPECT_EQ(facts["image"]["orders"], "orders:1.4");
  EXPECT_EQ(facts.count("memory_request"), 0U);
}

TEST(KubernetesFacts, NameContainersWhereThereAreSeveral) {
  Facts facts;
  ASSERT_TRUE(add_kubernetes_facts(
      list_of("List", R"({"kind":"StatefulSet","metadata":{"name":"db"},"spec":{"template":{"spec":
        {"containers":[{"name":"pg","image":"pg:15"},{"name":"exporter","image":"e:1"}]}}}})"),
      "", facts));

  EXPECT_EQ(facts["image"]["db/pg"], "pg:15");
  EXPECT_EQ(facts["image"]["db/exporter"], "e:1");
  EXPECT_EQ(facts["replicas"]["db"], "1");
}

TEST(KubernetesFacts, LeaveOtherNamespacesOutButNoNodes) {
  Facts facts;
  const Json node = Json::parse(R"({"kind":"Node","metadata":{"name":"n1",
        "labels":{"node.kubernetes.io/instance-type":"m5.large"}}})");
  Json list = list_of("List", kDeployment);
  list["items"][0]["kind"] = "Deployment";
  list["items"].push_back(node);
  list["items"].push_back(node);
  ASSERT_TRUE(add_kubernetes_facts(list, "other", facts));

  EXPECT_EQ(facts.count("replicas"), 0U);
  EXPECT_EQ(facts["instance_type"][""], "m5.large");
  EXPECT_EQ(facts["nodes"][""], "2");
}

TEST(KubernetesFacts, RefuseWhatIsNoList) {
  Facts facts;
  for (const char* text :
       {"{}", "[]", "null", R"({"kind":"List"})", R"({"kind":"Pod","items":[]})"}) {
    const auto added = add_kubernetes_facts(Json::parse(text), "", facts);
    ASSERT_FALSE(added) << text;
    EXPECT_THAT(added.error().hint(), HasSubstr("kubectl get"));
  }
}

TEST(KubernetesFacts, SurviveObjectsOfAnyShape) {
  Facts facts;
  for (const char* item :
       {"1", "null", "[]", R"({"kind":"Deployment"})",
        R"({"kind":"Deployment","spec":{"template":{"spec":{"containers":[1,{}]}}}})",
        R"({"kind":"HorizontalPodAutoscaler","spec":[]})",
        R"({"kind":"Node","metadata":{"labels":7}})"}) {
    EXPECT_TRUE(add_kubernetes_facts(list_of("List", item), "", facts)) << item;
  }
}

TEST(KubernetesApi, IsReadPageByPageWithTheToken) {
  TestServer server;
  std::vector<std::string> tokens;
  server.http().Get("/apis/apps/v1/namespaces/shop/deployments",
                    [&](const httplib::Request& request, httplib::Response& response) {
                      tokens.push_back(request.get_header_value("Authorization"));
                      Json page = list_of("DeploymentList", kDeployment);
                      if (request.get_param_value("continue") == "a/b") {
                        page["items"][0]["metadata"]["name"] = "catalog";
                      } else {
                        page["metadata"]["continue"] = "a/b";
                      }
                      response.set_content(page.dump(), "application/json");
                    });
  server.get("/apis/apps/v1/namespaces/shop/statefulsets",
             R"({"kind":"StatefulSetList","items":[]})");
  server.start();
  HttpRequest request{.url = server.url("/")};
  request.credentials.bearer = "secret";
  Facts facts;
  std::vector<std::string> notes;
  ASSERT_TRUE(fetch_kubernetes_facts(request, "shop", facts, notes));

  EXPECT_EQ(facts["replicas"]["orders"], "3");
  EXPECT_EQ(facts["replicas"]["catalog"], "3");
  EXPECT_THAT(tokens, ElementsAre("Bearer secret", "Bearer secret"));
  EXPECT_THAT(notes, ElementsAre(HasSubstr("daemonsets: answers 404"),
                                 HasSubstr("horizontalpodautoscalers: answers 404"),
                                 HasSubstr("nodes: answers 404")));
}

TEST(KubernetesApi, ThatGivesNoWorkloadsIsAnError) {
  TestServer server;
  server.http().set_error_handler(
      [](const httplib::Request&, httplib::Response& response) { response.status = 401; });
  server.start();
  Facts facts;
  std::vector<std::string> notes;
  const auto fetched = fetch_kubernetes_facts({.url = server.url()}, "", facts, notes);

  ASSERT_FALSE(fetched);
  EXPECT_THAT(fetched.error().hint(), HasSubstr("token"));
  EXPECT_THAT(facts, IsEmpty());
}

TEST(Quantity, IsANumberWithItsSuffix) {
  EXPECT_EQ(to_quantity("500m"), 0.5);
  EXPECT_EQ(to_quantity("2"), 2);
  EXPECT_EQ(to_quantity("1Gi"), 1024.0 * 1024 * 1024);
  EXPECT_EQ(to_quantity("1G"), 1e9);
  EXPECT_EQ(to_quantity("128Mi"), to_quantity("131072Ki"));
  EXPECT_EQ(to_quantity("1e3"), 1000);
  for (const char* text : {"", "x", "1 G", "1Gib", "1i", "Gi"})
    EXPECT_FALSE(to_quantity(text)) << text;
}

}  // namespace
}  // namespace proofload::observe
