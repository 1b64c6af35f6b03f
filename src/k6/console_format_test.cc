#include <gmock/gmock.h>

#include "k6/vu_test_fixture.h"

namespace proofload::k6 {
namespace {

struct Shown {
  const char* expression;
  const char* text;
};

// What k6's console prints for each.
constexpr Shown kShown[] = {
    {"'as it is', 'two'", "as it is two"},
    {"''", ""},
    {"undefined", "undefined"},
    {"null", "null"},
    {"true, 1, -0, 1.5, NaN, Infinity", "true 1 0 1.5 NaN Infinity"},
    {"{}", "{}"},
    {"[]", "[]"},
    {"[1, 'a', null, undefined]", "[ 1, \"a\", null, null ]"},
    {"{ a: 1, b: { c: 'x' } }", "{ a: 1, b: { c: \"x\" } }"},
    {"() => 1", "[object Function]"},
    {"{ f() {} }", "{ f: [object Function] }"},
    {"new Error('broken')", "Error: broken"},
    {"new Date(0)", "\"1970-01-01T00:00:00.000Z\""},
    {"Promise.resolve(1), new Map([[1, 2]]), new Set([1]), /x/", "{} {} {} {}"},
    {"new Uint8Array([1, 2])", "Uint8Array(2) [ 1, 2 ]"},
    {"new Uint8Array([1, 255]).buffer", "ArrayBuffer { [Uint8Contents]: <01 ff>, byteLength: 2 }"},
    {"(() => { const a = { n: 1 }; a.self = a; return a })()", "{ n: 1, self: [Circular] }"},
    {"[[1], [[2]]]", "[ [ 1 ], [ [ 2 ] ] ]"},
    {"{ d: new Date(0) }", "{ d: \"1970-01-01T00:00:00.000Z\" }"},
    {"Symbol('a'), 10n", "a 10"},
};

class Console : public VuTest {};

TEST_F(Console, ShowsValuesAsK6Does) {
  std::string source;
  for (const Shown& shown : kShown) source += fmt::format("console.log({});\n", shown.expression);
  provide(source);
  open_host();
  run_on(add_vu(1), [](Vu& vu) { ASSERT_TRUE(vu.init()); });
  ASSERT_EQ(log_.records.size(), std::size(kShown));
  for (std::size_t i = 0; i < std::size(kShown); i++) {
    EXPECT_EQ(log_.records[i].message, kShown[i].text) << kShown[i].expression;
  }
}

TEST_F(Console, ABottomlessObjectEndsSomewhere) {
  provide("let o = {}; for (let i = 0; i < 5000; i++) o = { o }; console.log(o); console.log(1)");
  open_host();
  run_on(add_vu(1), [](Vu& vu) { ASSERT_TRUE(vu.init()); });
  ASSERT_EQ(log_.records.size(), 2);
  EXPECT_THAT(log_.records[0].message, testing::HasSubstr("[object Object]"));
}

TEST_F(Console, AGetterThatThrowsKeepsTheRestFromNothing) {
  provide("console.log({ get x() { throw new Error('no') }, y: 1 }, 'after')");
  open_host();
  run_on(add_vu(1), [](Vu& vu) { ASSERT_TRUE(vu.init()); });
  ASSERT_EQ(log_.records.size(), 1);
  EXPECT_EQ(log_.records[0].message, "{ x: , y: 1 } after");
}

TEST_F(Console, LevelsAreTheFunctionsNames) {
  provide("console.info(1); console.warn(2); console.error(3)");
  open_host();
  run_on(add_vu(1), [](Vu& vu) { ASSERT_TRUE(vu.init()); });
  ASSERT_EQ(log_.records.size(), 3);
  EXPECT_EQ(log_.records[0].level, LogLevel::kInfo);
  EXPECT_EQ(log_.records[1].level, LogLevel::kWarning);
  EXPECT_EQ(log_.records[2].level, LogLevel::kError);
}

}  // namespace
}  // namespace proofload::k6
