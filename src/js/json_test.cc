// JSON of plain data takes a way of its own (engine_json.h). A reviver or replacer that changes
// nothing makes the engine take its general one, so the two can be held against each other.
#include "js/js_test_fixture.h"

namespace proofload::js {
namespace {

constexpr const char* kCompare = R"js(
const outcome = (f) => { try { return f() } catch (e) { return `${e.name}: ${e.message}` } };
const same = (k, v) => v;
const show = (v) => Object.is(v, -0) ? '-0' : typeof v + JSON.stringify(v, same);
function parsesAlike(text) {
  const fast = outcome(() => show(JSON.parse(text))), slow = outcome(() => show(JSON.parse(text, same)));
  return fast === slow ? '' : `${text}: ${fast} but ${slow}\n`;
}
function stringifiesAlike(value) {
  const fast = outcome(() => JSON.stringify(value)), slow = outcome(() => JSON.stringify(value, same));
  return fast === slow ? '' : `${fast} but ${slow}\n`;
}
)js";

class Json : public JsTest {
 protected:
  std::string compare(const std::string& script) {
    const auto context = light();
    return run(*context, kCompare + script);
  }
};

TEST_F(Json, PlainValuesAreWrittenAsTheEngineDoes) {
  EXPECT_EQ(compare(R"js([
    {}, [], { a: 1, b: 'x', c: [true, false, null], d: { e: {} } }, [[], [[]], {}],
    { u: undefined, f() {}, s: Symbol('s'), [Symbol('k')]: 1, n: NaN, i: -Infinity, z: -0 },
    [undefined, () => 1, Symbol('s'), NaN, -0], [1.5, 1e21, 1e-7, 0.1 + 0.2, 2 ** 31, -(2 ** 31), 5e-324],
    ['"\\/\b\f\n\r\t\v\0\x1f\x7f', '\xe9\xff', '\u20ac', '\ud800', '\u{1f600}'],
    { '': 1, 'a"b': 2, '\xe9': 3, '\u20ac': 4 }, { b: 1, 2: 2, a: 3, 1: 4 },
    { toJSON() { return 'own' } }, { a: { toJSON: () => 7 } }, { toJSON: 1 }, new Date(0), /x/, new Map([[1, 2]]),
    new (class A { constructor() { this.x = 1 } get y() { return 2 } }), { get x() { return 'got' } }, Object.create({ in: 1 }),
    Object.create(null), new Number(3), new String('s'), new Boolean(false), new Uint8Array([1, 2]), [, 1, , 2],
    Object.assign([1, 2], { extra: 3 }), new Proxy({ p: 1 }, {}), new Proxy([1], {}), { big: 1n }, Object(Symbol()),
    Object.defineProperty({ seen: 1 }, 'hidden', { value: 2, enumerable: false }), Object.freeze({ frozen: [1] }),
    (() => { const o = { a: 1, b: 2, c: 3 }; delete o.b; return o })(), (() => { const o = {}; o.self = o; return o })(),
    (() => { const a = []; a.push(a); return a })(), (() => { const a = [1, 2, 3]; a.length = 1; return a })(),
    (() => { const a = [1]; a.length = 3; return a })(), Array.from({ length: 120 }).reduce((inner) => [inner], 1),
    Array.from({ length: 120 }).reduce((inner) => ({ inner }), 1), { long: 'x'.repeat(300000) + 'y' }, [globalThis.undefined],
    'text', 1, true, null, undefined, new Error('e'), JSON, Math, function f() {}, (function () { return arguments })(1, 'two'),
  ].map(stringifiesAlike).join(''))js"),
            "");
}

TEST_F(Json, OtherArgumentsAreObeyed) {
  const auto context = light();
  EXPECT_EQ(run(*context, "JSON.stringify({ a: [1], b: 2 }, ['b'])"), R"({"b":2})");
  EXPECT_EQ(run(*context, "JSON.stringify({ a: [1] }, null, 1)"), "{\n \"a\": [\n  1\n ]\n}");
  EXPECT_EQ(run(*context, "JSON.stringify([1, { a: 2 }], null)"), R"([1,{"a":2}])");
  EXPECT_EQ(run(*context, "JSON.parse('[1,2]', (k, v) => v === 1 ? 'one' : v).join()"), "one,2");
}

TEST_F(Json, AToJsonOnThePrototypesIsCalled) {
  const auto context = runtime_->new_context(ContextKind::kFull);
  EXPECT_EQ(run(*context, "Object.prototype.toJSON = () => 'all'; JSON.stringify({ a: 1 })"),
            "\"all\"");
  const auto other = runtime_->new_context(ContextKind::kFull);
  EXPECT_EQ(run(*other, "Array.prototype.toJSON = () => 'list'; JSON.stringify({ a: [1] })"),
            R"({"a":"list"})");
}

TEST_F(Json, TextsAreReadAsTheEngineDoes) {
  EXPECT_EQ(compare(R"js([
    '{}', '[]', ' [ ] ', '{"a":1}', ' { "a" : [ 1 , "x" ] , "b" : { } } ', '[true,false,null]', '"x"', '1', 'null', '-0', '0', '-1',
    '[0.5,-0.25,1e3,1E+2,1e-2,12345678901234567890,0.1234567890123456789,2147483647,2147483648,-2147483648,1e400,123456789012345.6]',
    '{"a":1,"a":2}', '{"b":1,"2":2,"a":3,"1":4}', '{"__proto__":{"x":1}}', '{"":0}', '{"01":1,"1":2,"-1":3,"1.5":4}',
    '"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\u0041\\u00e9\\u20ac"', '"\\ud83d\\ude00"', '"\\ud800"', '"\\udc00x"', '"\xe9\xff"', '"\u20ac"', '{"\xe9":1}',
    '{"\\u0061":1,"a":2}', '', ' ', '{', '}', '[', ']', '[1', '[1,', '[1,]', '[,1]', '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', '{a:1}', '{1:1}',
    "{'a':1}", '01', '-', '-a', '1.', '.5', '1e', '1e+', '+1', '0x1', '1_0', 'NaN', 'Infinity', 'tru', 'truex', 'nul', 'undefined', '1 2', '[1] x', '{} {}',
    '"', '"abc', '"\\', '"\\x"', '"\\u12"', '"\\u12g4"', '"a\nb"', '"a\tb"', '"\\\n"', '"\0"', '[1]\0', '\ufeff[]', '[1]//', '/**/1', '\v1', '\xa01',
    '['.repeat(99) + ']'.repeat(99), '['.repeat(150) + ']'.repeat(150), '{"a":'.repeat(150) + '1' + '}'.repeat(150), '[' + '1,'.repeat(99999) + '1]',
  ].map(parsesAlike).join(''))js"),
            "");
}

TEST_F(Json, MutilatedTextsAreReadAsTheEngineDoes) {
  EXPECT_EQ(compare(R"js(
    let seed = 7, bad = '';
    const random = (below) => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
    const alphabet = '{}[]",:\\ \n0123456789.eE+-truefalsn\xe9u';
    const start = '{"id": 12, "name": "a\\n\xe9", "list": [1.5, -2e3, true, null, {"id": "x"}], "o": {"id": 1, "name": []}}';
    for (let i = 0; i < 20000; i++) {
      let text = start;
      for (let n = random(4); n >= 0; n--) {
        const at = random(text.length + 1);
        text = text.slice(0, at) + (random(2) ? alphabet[random(alphabet.length)] : '') + text.slice(at + random(3));
      }
      bad += parsesAlike(text);
    }
    bad)js"),
            "");
}

TEST_F(Json, ObjectsOfOneKindMayGoDifferentWays) {
  const auto context = light();
  EXPECT_EQ(run(*context, R"js(
    const list = JSON.parse('[{"a":1,"b":2},{"a":3,"b":4},{"a":5,"b":6}]');
    list[0].c = 7;
    delete list[1].a;
    Object.defineProperty(list[2], 'a', { get: () => 8 });
    list.push(JSON.parse('{"a":9,"b":10}'));
    list.map((o) => `${Object.keys(o)}=${o.a},${o.b},${o.c}`).join(' '))js"),
            "a,b,c=1,2,7 b=undefined,4,undefined a,b=8,6,undefined a,b=9,10,undefined");
}

TEST_F(Json, BytesAreUtf8AndMayBeBroken) {
  const auto context = light();
  const Enter enter(*context);
  const Execution execution(*context);
  const auto read = [&](const std::string& text) {
    return context->to_std_string(context->to_json(context->parse_json(text)));
  };
  EXPECT_EQ(read(R"({"schlüssel":"wört","€":["\u00fc\u20ac","ü\n"]})"),
            R"({"schlüssel":"wört","€":["ü€","ü\n"]})");
  EXPECT_EQ(read("[\"a\xff z\"]"), "[\"a\xef\xbf\xbd z\"]");
  EXPECT_EQ(read("\"\xf0\x9f\x98\x80\""), "\"\xf0\x9f\x98\x80\"");
}

}  // namespace
}  // namespace proofload::js
