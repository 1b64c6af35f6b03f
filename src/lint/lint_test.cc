#include "lint/lint.h"

#include <gmock/gmock.h>

namespace proofload::lint {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kImports =
    "import http from 'k6/http';\nimport { SharedArray } from 'k6/data';\n";

// "rule@line:column" of what is found in files beside `script.js`, whose `browse` VUs run.
std::vector<std::string> remarks(std::map<std::string, std::string> files,
                                 const std::string& script) {
  files["script.js"] = script;
  const auto found = lint_script(
      {.files = std::move(files), .script = "script.js", .functions = {"browse", "setup"}});
  std::vector<std::string> all;
  if (!found) return {found.error().message()};
  for (const Remark& one : *found) {
    all.push_back((one.file == "script.js" ? "" : one.file + " ") + one.rule + "@" +
                  std::to_string(one.line) + ":" + std::to_string(one.column));
    EXPECT_FALSE(one.message.empty());
    EXPECT_FALSE(one.advice.empty());
  }
  return all;
}
std::vector<std::string> remarks(const std::string& body) {
  return remarks({}, std::string(kImports) + body);
}

TEST(Lint, LetsAScriptPassThatTakesItsDataFromAFile) {
  EXPECT_THAT(
      remarks("const users = new SharedArray('users', () => JSON.parse(open('users.json')));\n"
              "export function browse() {\n"
              "  const user = users[Math.floor(Math.random() * users.length)];\n"
              "  http.get(`${__ENV.BASE}/users/${user.id}`);\n}\n"),
      IsEmpty());
}

TEST(Lint, FindsFakersByWhatIsImported) {
  EXPECT_THAT(remarks("import { faker } from 'https://esm.sh/@faker-js/faker';\n"
                      "export function browse() { http.get('/' + faker.internet.email()); }\n"),
              ElementsAre("data-generation@4:43"));
  EXPECT_THAT(remarks("const { name } = require('./vendor/chance.js');\n"
                      "exports.x = 1;\nexport function browse() { http.get('/' + name()); }\n"),
              ElementsAre("data-generation@5:43"));
}

TEST(Lint, FindsPayloadsOfRandomValuesButNoSingleOnes) {
  EXPECT_THAT(remarks("export function browse() {\n  const rows = [];\n"
                      "  for (let i = 0; i < 500; i++) rows.push({ x: Math.random() });\n"
                      "  http.post(__ENV.BASE, JSON.stringify(rows));\n}\n"),
              ElementsAre("data-generation@5:48"));
  EXPECT_THAT(
      remarks("import crypto from 'k6/crypto';\n"
              "export function browse() { http.post('/a', crypto.randomBytes(64 * 1024)); }\n"),
      ElementsAre("data-generation@4:44"));
  EXPECT_THAT(
      remarks("import { uuidv4 } from 'https://jslib.k6.io/k6-utils/1.4.0/index.js';\n"
              "export function browse() { http.post('/a', '', { headers: { 'Idempotency-Key': "
              "uuidv4() } }); http.get('/b'); }\n"),
      IsEmpty());
}

TEST(Lint, FindsFilesThatAreReadWhereVusRunOrCopiedForEachOfThem) {
  EXPECT_THAT(
      remarks("export function browse() { const x = open('a.json'); http.get('/' + x); }\n"),
      ElementsAre("file-read@3:38"));
  EXPECT_THAT(remarks("const all = JSON.parse(open('a.json'));\n"
                      "export function browse() { http.get('/' + all[0]); }\n"),
              ElementsAre("file-read@3:13"));
}

TEST(Lint, FindsLargeDataMadeInEveryIteration) {
  EXPECT_THAT(remarks("const once = 'x'.repeat(1e6);\nexport function browse(data) {\n"
                      "  http.post('/' + data, 'x'.repeat(1024 * 1024));\n"
                      "  http.post('/' + data, new Array(20000).fill(1));\n"
                      "  http.post('/' + data, Array.from({ length: 50000 }));\n"
                      "  http.post('/' + data, 'x'.repeat(100));\n}\n"),
              ElementsAre("large-data@5:25", "large-data@6:25", "large-data@7:25"));
}

TEST(Lint, FindsScriptsThatHammerOneUrl) {
  EXPECT_THAT(remarks("const base = __ENV.BASE || 'http://x';\n"
                      "export function browse() { http.get(base + '/products'); "
                      "http.get(`${base}/products`); }\n"),
              ElementsAre("one-url@4:28"));
  EXPECT_THAT(
      remarks(
          "export function browse() { http.post('/cart', JSON.stringify({ a: 1, b: 'c' })); }\n"),
      ElementsAre("one-url@3:28"));
}

TEST(Lint, TakesNoOffenceAtSeveralUrlsOrParameters) {
  for (const char* body :
       {"http.get('/a'); http.get('/b');", "http.get(`/a/${__ITER}`);", "http.batch(['/a']);",
        "http.post('/cart', JSON.stringify({ id: users[__VU] }));", "http.get(next());", ""}) {
    EXPECT_THAT(remarks(std::string("const users = []; const next = () => users[0];\n"
                                    "export function browse() { ") +
                        body + " }\n"),
                IsEmpty())
        << body;
  }
}

TEST(Lint, LooksOnlyAtWhatVusRun) {
  EXPECT_THAT(remarks("function seed() { return 'x'.repeat(1e6); }\n"
                      "export function setup() { http.post('/' + seed(), open('x')); }\n"
                      "export function other() { return 'x'.repeat(1e6); }\n"
                      "export function browse(d) { http.get('/' + d); }\n"),
              IsEmpty());
}

TEST(Lint, FollowsCallsIntoOtherFiles) {
  EXPECT_THAT(
      remarks(
          {{"lib/payload.js",
            "export const big = () => 'x'.repeat(1e6);\n"
            "export const unused = () => open('y');\n"},
           {"lib/index.js", "export { big as body } from './payload.js';\n"},
           {"data.json", "{ not javascript"}},
          std::string(kImports) +
              "import * as lib from './lib/payload.js';\nimport { body } from './lib/index.js';\n"
              "export const browse = function () { http.post('/' + __ITER, body() + lib.big()); "
              "};\n"),
      ElementsAre("lib/payload.js large-data@1:26"));
}

TEST(Lint, FindsFunctionsHoweverTheyAreExported) {
  for (const char* script :
       {"exports.browse = () => http.post('/' + __ITER, 'x'.repeat(1e6));",
        "const browse = () => http.post('/' + __ITER, 'x'.repeat(1e6)); module.exports = { browse "
        "};",
        "module.exports.browse = function () { http.post('/' + __ITER, 'x'.repeat(1e6)); };"}) {
    EXPECT_THAT(remarks({}, std::string("const http = require('k6/http');\n") + script),
                ElementsAre(HasSubstr("large-data@2:")))
        << script;
  }
  EXPECT_THAT(
      remarks("const traced = (f) => f;\n"
              "export const browse = traced(() => http.post('/' + __ITER, 'x'.repeat(1e6)));\n"),
      ElementsAre("large-data@4:60"));
  EXPECT_THAT(remarks({{"all.js", "export function browse() { return 'x'.repeat(1e6); }\n"}},
                      "export * from './all.js';\n"),
              ElementsAre("all.js large-data@1:35"));
}

TEST(Lint, SaysWhichFunctionItDidNotFind) {
  EXPECT_THAT(remarks("export { browse } from 'https://example.com/journeys.js';\n"),
              ElementsAre("not-parsed@1:1"));
}

TEST(Lint, SaysWhichScriptItCouldNotRead) {
  const auto found = lint_script({.files = {{"script.ts", "const x: number = 1;\n"}},
                                  .script = "script.ts",
                                  .functions = {"default"}});

  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().rule, "not-parsed");
  EXPECT_EQ(found->front().column, 8);
}

TEST(Lint, IsNotExhaustedByDeepNesting) {
  const std::string deep = std::string(20000, '(') + "1" + std::string(20000, ')');
  const auto found =
      lint_script({.files = {{"script.js", deep}}, .script = "script.js", .functions = {}});

  // Either is fine, a crash is not.
  if (found) {
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ(found->front().rule, "not-parsed");
  } else {
    EXPECT_THAT(found.error().message(), HasSubstr("lint"));
  }
}

}  // namespace
}  // namespace proofload::lint
