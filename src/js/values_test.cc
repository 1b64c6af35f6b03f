#include <cmath>
#include <limits>

#include "js/js_test_fixture.h"

namespace proofload::js {
namespace {

class Values : public JsTest {
 protected:
  Value eval(const std::string& source) { return context_->evaluate(source, "test.js"); }
  std::string text(ValueRef value) { return context_->to_std_string(value); }

  std::unique_ptr<Context> context_ = light();
  std::optional<Enter> enter_ = std::optional<Enter>(std::in_place, *context_);
  std::optional<Execution> execution_ = std::optional<Execution>(std::in_place, *context_);

  void TearDown() override {
    execution_.reset();
    enter_.reset();
  }
};

TEST_F(Values, NumbersKeepTheirKind) {
  EXPECT_TRUE(ValueRef::number(7).is_integer());
  EXPECT_FALSE(ValueRef::number(-0.0).is_integer());
  EXPECT_TRUE(std::signbit(ValueRef::number(-0.0).as_number()));
  EXPECT_EQ(ValueRef::number(1e300).as_number(), 1e300);
  EXPECT_EQ(context_->to_number(eval("'0x10'")), 16);
  EXPECT_TRUE(std::isnan(*context_->to_number(eval("undefined"))));
  EXPECT_EQ(context_->to_integer(eval("-3.9")), -3);
  EXPECT_EQ(context_->to_integer(eval("1e300")), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(context_->to_integer(eval("-Infinity")), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(context_->to_integer(eval("NaN")), 0);
  EXPECT_FALSE(context_->to_number(eval("Symbol()")));
  EXPECT_EQ(context_->take_error().name, "TypeError");
}

TEST_F(Values, StringsAreUtf8WithoutSurrogates) {
  EXPECT_EQ(text(context_->new_string("grün 🚀")), "grün 🚀");
  EXPECT_EQ(context_->length(eval("'🚀'")), 2);
  EXPECT_EQ(text(eval("'a\\ud800b\\udfff'")),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD");
  EXPECT_EQ(text(eval("'\\ud800'")), "\xEF\xBF\xBD");
  EXPECT_EQ(text(eval("'íÿ한'")), "íÿ한");
  EXPECT_EQ(text(context_->new_string("bad \xFF byte")), "bad \xEF\xBF\xBD byte");
  EXPECT_EQ(text(eval("'a\\0b'")), std::string("a\0b", 3));
  EXPECT_EQ(text(context_->new_string("")), "");
}

TEST_F(Values, KindsAreTold) {
  EXPECT_TRUE(eval("() => 1").is_function());
  EXPECT_TRUE(eval("class A {}; A").is_function());
  EXPECT_TRUE(eval("Math.max").is_function());
  EXPECT_FALSE(eval("({})").is_function());
  EXPECT_TRUE(eval("async () => 1").is_async_function());
  EXPECT_FALSE(eval("() => 1").is_async_function());
  EXPECT_TRUE(eval("(async () => 1)()").is_promise());
  EXPECT_TRUE(eval("[]").is_array());
  EXPECT_TRUE(eval("new ArrayBuffer(1)").is_array_buffer());
  EXPECT_TRUE(eval("new Int16Array(1)").is_typed_array());
  EXPECT_TRUE(eval("new DataView(new ArrayBuffer(1))").is_data_view());
  EXPECT_TRUE(eval("new TypeError").is_error());
  EXPECT_TRUE(eval("'a' + 'b'.repeat(9000)").is_string());
  EXPECT_TRUE(eval("10n").is_bigint());
  EXPECT_TRUE(eval("'0'").truthy());
  EXPECT_FALSE(eval("''").truthy());
  EXPECT_FALSE(eval("NaN").truthy());
  EXPECT_TRUE(eval("'ab'").equals(context_->new_string("ab")));
}

TEST_F(Values, BytesAreViewedInPlace) {
  const Value view = eval("globalThis.b = new Uint8Array([1, 2, 3, 4]); b.subarray(1, 3)");
  const auto bytes = context_->bytes_of(view);
  ASSERT_TRUE(bytes);
  ASSERT_EQ(bytes->size(), 2U);
  (*bytes)[0] = std::byte{9};
  EXPECT_EQ(text(eval("b.join()")), "1,9,3,4");
  EXPECT_EQ(context_->bytes_of(eval("b.buffer"))->size(), 4U);
  EXPECT_EQ(context_->bytes_of(eval("new DataView(b.buffer, 1)"))->size(), 3U);
  EXPECT_EQ(context_->bytes_of(eval("new Float64Array(2)"))->size(), 16U);
  EXPECT_FALSE(context_->bytes_of(eval("[1]")));
  EXPECT_FALSE(context_->has_error());
}

TEST_F(Values, BuffersAreCopiedOrBorrowed) {
  static std::string released;
  released.clear();
  std::string memory = "abc";
  const auto bytes = std::as_writable_bytes(std::span(memory));
  context_->set(context_->global(), "copy", context_->new_array_buffer(bytes));
  context_->set(
      context_->global(), "ours",
      context_->new_external_array_buffer(
          bytes, [](void* owner) { released = *static_cast<std::string*>(owner); }, &memory));
  memory[0] = 'x';
  EXPECT_EQ(text(eval("String.fromCharCode(...new Uint8Array(copy)) + "
                      "String.fromCharCode(...new Uint8Array(ours))")),
            "abcxbc");
  EXPECT_EQ(released, "");
  eval("ours = null");
  EXPECT_EQ(released, "xbc");
  const Value floats = context_->new_typed_array(TypedArrayKind::kUint16, eval("copy.slice(0, 2)"));
  EXPECT_EQ(text(floats), "25185");
}

TEST_F(Values, PropertiesByAtomNameAndIndex) {
  const Value object = context_->new_object();
  const Atom name("url");
  EXPECT_TRUE(context_->set(object, name, context_->new_string("/")));
  EXPECT_TRUE(context_->set(object, 3U, Value::integer(1)));
  EXPECT_TRUE(context_->define_hidden(object, Atom("secret"), Value::integer(2)));
  EXPECT_EQ(text(context_->to_json(object)), R"({"3":1,"url":"/"})");
  EXPECT_EQ(text(context_->to_json(object, 2)), "{\n  \"3\": 1,\n  \"url\": \"/\"\n}");
  EXPECT_TRUE(context_->has(object, name));
  EXPECT_TRUE(context_->remove(object, name));
  EXPECT_TRUE(context_->get(object, name).is_undefined());
  EXPECT_EQ(context_->get(object, "secret").as_number(), 2);
  EXPECT_TRUE(context_->get(ValueRef::null(), name).is_exception());
  EXPECT_EQ(context_->take_error().text, "TypeError: cannot read property 'url' of null");
}

TEST_F(Values, OwnKeysComeInOrderAndSurviveChanges) {
  const auto list = [&](const std::string& source) {
    const Value object = eval("(" + source + ")");
    std::string out;
    for (OwnKeys keys(*context_, object); keys.next();) {
      out += std::string(keys.key_utf8().view()) + "=" + text(keys.value()) + " ";
      eval("if (globalThis.victim) { delete victim.b; victim.z = 26 }");
    }
    return out;
  };
  EXPECT_EQ(list("{ b: 1, a: 2, [Symbol()]: 3 }"), "b=1 a=2 ");
  EXPECT_EQ(list("{ b: 1, 7: 2, 3: 4 }"), "3=4 7=2 b=1 ");
  EXPECT_EQ(list("['x', 'y']"), "0=x 1=y ");
  EXPECT_EQ(list("new Proxy({ p: 1 }, {})"), "p=1 ");
  EXPECT_EQ(list("Object.create({ inherited: 1 })"), "");
  EXPECT_EQ(list("globalThis.victim = { a: 1, b: 2, c: 3 }"), "a=1 b=undefined c=3 ");
  EXPECT_EQ(
      text(eval("victim = null; const o = { k: 1 }; for (let i = 0; i < 40; i++) o['p' + i] = i; "
                "for (let i = 0; i < 39; i++) delete o['p' + i]; 1")),
      "1");
  EXPECT_EQ(list("o"), "k=1 p39=39 ");
  OwnKeys failing(*context_, eval("new Proxy({}, { ownKeys() { throw new RangeError('no') } })"));
  EXPECT_FALSE(failing.next());
  EXPECT_TRUE(failing.failed());
  EXPECT_EQ(context_->take_error().text, "RangeError: no");
}

TEST_F(Values, JsonIsParsedFromBytes) {
  const Value parsed = context_->parse_json(R"({"a":[1,2,{"b":"ü"}],"n":null})");
  EXPECT_EQ(text(context_->to_json(parsed)), R"({"a":[1,2,{"b":"ü"}],"n":null})");
  EXPECT_TRUE(context_->parse_json("{bad").is_exception());
  EXPECT_EQ(context_->take_error().name, "SyntaxError");
  EXPECT_TRUE(context_->to_json(eval("() => 1")).is_undefined());
}

TEST_F(Values, CallsTakeArgumentsAndThis) {
  const Value f = eval("(function (a, b) { return this.base + a + b })");
  const Value self = eval("({ base: 100 })");
  EXPECT_EQ(context_->call(f, self, {ValueRef::integer(1), ValueRef::number(0.5)}).as_number(),
            101.5);
  EXPECT_TRUE(context_->call(eval("1"), {}).is_exception());
  EXPECT_EQ(context_->take_error().text, "TypeError: not a function");
  const std::array args{ValueRef::integer(3)};
  EXPECT_EQ(context_->length(context_->construct(eval("Array"), args)), 3);
  std::array items{Value::integer(1), context_->new_string("x")};
  EXPECT_EQ(text(context_->to_json(context_->new_array(items))), R"([1,"x"])");
}

TEST_F(Values, ErrorsAreTakenApart) {
  EXPECT_TRUE(eval("function f() { throw new RangeError('too far') }\nf()").is_exception());
  const ScriptError error = context_->take_error();
  EXPECT_EQ(error.name, "RangeError");
  EXPECT_EQ(error.message, "too far");
  EXPECT_EQ(error.text, "RangeError: too far");
  ASSERT_EQ(error.stack.size(), 2U);
  EXPECT_EQ(error.stack[0].function, "f");
  EXPECT_EQ(error.stack[0].file, "test.js");
  EXPECT_EQ(error.stack[0].line, 1);
  EXPECT_EQ(error.stack[1].function, "");
  EXPECT_EQ(error.stack[1].line, 2);
  EXPECT_TRUE(error.thrown.is_error());
  EXPECT_FALSE(context_->has_error());
}

TEST_F(Values, ThrownValuesThatAreNoErrorsHaveAStackToo) {
  EXPECT_TRUE(eval("try { null.x } catch (e) {}\nthrow 'a string'").is_exception());
  EXPECT_EQ(context_->take_error().stack_text(), "a string\n\tat test.js:2:7\n");
  EXPECT_TRUE(eval("throw { code: 1 }").is_exception());
  EXPECT_EQ(context_->take_error().stack_text(), "[object Object]\n\tat test.js:1:6\n");
}

TEST_F(Values, HostErrorsAreNamedAndOfAnyLength) {
  context_->throw_named("GoError", std::string(1000, 'x'));
  ScriptError error = context_->take_error();
  EXPECT_EQ(error.name, "GoError");
  EXPECT_EQ(error.message.size(), 1000U);
  EXPECT_EQ(error.text.substr(0, 10), "GoError: x");
  context_->throw_type_error("100% wrong");
  EXPECT_EQ(context_->take_error().text, "TypeError: 100% wrong");
  context_->throw_range_error("r");
  EXPECT_EQ(context_->take_error().text, "RangeError: r");
  context_->throw_error("e");
  EXPECT_EQ(context_->take_error().text, "Error: e");
}

TEST_F(Values, NativeFramesAreInTheStack) {
  EXPECT_TRUE(eval("JSON.parse('{bad')").is_exception());
  const ScriptError error = context_->take_error();
  EXPECT_EQ(error.stack_text().substr(error.text.size()),
            "\n\tat parse (native)\n\tat test.js:1:5\n");
}

TEST_F(Values, PromisesAreSettledFromOutside) {
  const Deferred a = context_->new_deferred();
  const Deferred b = context_->new_deferred();
  context_->set(context_->global(), "a", a.promise);
  context_->set(context_->global(), "b", b.promise);
  eval("globalThis.log = []; a.then((v) => log.push(v)); b.catch((e) => log.push(e))");
  EXPECT_EQ(context_->promise_state(a.promise), PromiseState::kPending);
  context_->resolve(a, ValueRef::integer(1));
  context_->reject(b, ValueRef::integer(2));
  EXPECT_EQ(text(eval("log.join()")), "");
  EXPECT_TRUE(context_->run_jobs());
  EXPECT_EQ(text(eval("log.join()")), "1,2");
  EXPECT_EQ(context_->promise_state(b.promise), PromiseState::kRejected);
  EXPECT_EQ(context_->promise_result(b.promise).as_number(), 2);
}

TEST_F(Values, UnhandledRejectionsAreCollected) {
  eval(
      "Promise.reject(new Error('nobody looks')); Promise.reject(1).catch(() => {}); "
      "(async () => { await null; throw new TypeError('async') })(); "
      "globalThis.late = Promise.reject(2); Promise.resolve().then(() => late.catch(() => {}))");
  context_->run_jobs();
  const auto reasons = context_->take_unhandled_rejections();
  ASSERT_EQ(reasons.size(), 2U);
  EXPECT_EQ(context_->describe(reasons[0]).stack_text(),
            "Error: nobody looks\n\tat test.js:1:20\n");
  EXPECT_EQ(context_->describe(reasons[1]).text, "TypeError: async");
  EXPECT_TRUE(context_->take_unhandled_rejections().empty());
}

TEST_F(Values, AMicrotaskThatThrowsIsReportedAndTheOthersRun) {
  eval(
      "globalThis.n = 0; queueMicrotask(() => { throw new Error('micro') }); queueMicrotask(() => "
      "n++)");
  EXPECT_FALSE(context_->run_jobs());
  EXPECT_EQ(context_->take_error().text, "Error: micro");
  EXPECT_TRUE(context_->run_jobs());
  EXPECT_EQ(text(eval("n")), "1");
}

}  // namespace
}  // namespace proofload::js
