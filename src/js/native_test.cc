#include <cmath>

#include "js/js_test_fixture.h"

namespace proofload::js {
namespace {

struct Point {
  static inline int alive = 0;
  static inline const NativeClass* type = nullptr;
  Point() { alive++; }
  ~Point() { alive--; }
  Point(const Point&) = delete;
  Point& operator=(const Point&) = delete;
  double x = 0;

  static void release(void* point) { delete static_cast<Point*>(point); }
  static Value construct(const Call& call) {
    auto point = std::make_unique<Point>();
    point->x = call.context.to_number(call.args[0]).value_or(0);
    return call.context.new_object(*type, point.release());
  }
  static Value get(const Call& call) {
    const auto* point = type->unwrap_as<Point>(call.self);
    if (point == nullptr) return call.context.throw_type_error("not a Point");
    return Value::number(point->x * call.magic);
  }
  static Value set(const Call& call) {
    type->unwrap_as<Point>(call.self)->x = call.args[0].as_number();
    return {};
  }
};

class Native : public JsTest {
 protected:
  void SetUp() override { Point::alive = 0; }
  void TearDown() override {
    runtime_.reset();
    EXPECT_EQ(Point::alive, 0);
  }

  const NativeClass& add_point() {
    static constexpr AccessorSpec kAccessors[] = {{"x", Point::get, Point::set, 1},
                                                  {"twice", Point::get, nullptr, 2}};
    static constexpr FunctionSpec kMethods[] = {{"thrice", Point::get, 0, 3}};
    Point::type = &runtime_->add_class({.name = "Point",
                                        .construct = Point::construct,
                                        .construct_length = 1,
                                        .release = Point::release,
                                        .methods = kMethods,
                                        .accessors = kAccessors});
    runtime_->add_global("Point", Value(Point::type->constructor()));
    return *Point::type;
  }
};

TEST_F(Native, ClassesHaveAccessorsMethodsAndInstances) {
  add_point();
  const auto a = light();
  const auto full = runtime_->new_context(ContextKind::kFull);
  for (Context* context : {a.get(), full.get()}) {
    EXPECT_EQ(run(*context,
                  "const p = new Point(7); p.x++; [p.x, p.twice, p.thrice(), p instanceof Point, "
                  "p.constructor.name, Point.length].join()"),
              "8,16,24,true,Point,1");
  }
  EXPECT_EQ(run(*a, "const made = Point(7); [made.twice, made instanceof Point].join()"),
            "14,true");
  EXPECT_EQ(run(*a, "Point.prototype.twice"), "throws TypeError: not a Point");
  EXPECT_EQ(run(*a, "'use strict'; new Point(1).twice = 1"),
            "throws TypeError: no setter for property");
}

TEST_F(Native, ScriptsCanExtendAClass) {
  add_point();
  const auto context = light();
  EXPECT_EQ(run(*context,
                "class Far extends Point { far() { return this.x * 100 } } "
                "const f = new Far(2); [f.far(), f.twice, f instanceof Far].join()"),
            "200,4,true");
}

TEST_F(Native, InstancesAreReleasedLaterNotInsideTheEngine) {
  add_point();
  const auto context = light();
  run(*context,
      "for (let i = 0; i < 5; i++) new Point(i); const keep = new Point(1); keep.self = keep");
  EXPECT_EQ(Point::alive, 6);
  runtime_->release_dead();
  EXPECT_EQ(Point::alive, 1);
}

// Like a Response: computed, but own properties to a script.
TEST_F(Native, OwnAccessorsLookLikeDataProperties) {
  static constexpr AccessorSpec kAccessors[] = {
      {"status", [](const Call&) { return Value::integer(200); }, nullptr, 0, true},
      {"body", [](const Call& call) { return call.context.new_string("text"); }, nullptr, 0, true}};
  static const NativeClass* type = nullptr;
  type = &runtime_->add_class({.name = "Response", .accessors = kAccessors});
  runtime_->add_global("get", runtime_->add_function({"get", [](const Call& call) {
                                                        static int state = 0;
                                                        return call.context.new_object(*type,
                                                                                       &state);
                                                      }}));
  const auto context = light();
  EXPECT_EQ(run(*context, "get().status"), "200");
  EXPECT_EQ(run(*context, "Object.keys(get()).join() + ('body' in get()) + ('nope' in get())"),
            "status,bodytruefalse");
  EXPECT_EQ(run(*context, "JSON.stringify(get()) + JSON.stringify({ ...get() })"),
            R"({"status":200,"body":"text"}{"status":200,"body":"text"})");
  EXPECT_EQ(run(*context,
                "const r = get(); r.body = 'mine'; r.extra = 1; JSON.stringify(r) + get().body"),
            R"({"body":"mine","extra":1,"status":200}text)");
  EXPECT_EQ(run(*context,
                "const d = Object.defineProperty(get(), 'body', { enumerable: false }); "
                "JSON.stringify(d) + d.body"),
            R"({"status":200}text)");
}

// Like SharedArray: elements made when asked for.
TEST_F(Native, ExoticObjectsAnswerByIndex) {
  static constexpr ExoticSpec kSquares = {
      .get =
          [](Context&, void* opaque, const PropertyKey& key) {
            const int size = *static_cast<int*>(opaque);
            if (key.name == "length") return Value::integer(size);
            if (!key.is_index() || key.index >= static_cast<std::uint32_t>(size))
              return Value::absent();
            return Value::number(std::pow(key.index, 2));
          },
      .keys =
          [](Context&, void* opaque, KeyList& keys) {
            keys.add_indices(static_cast<std::uint32_t>(*static_cast<int*>(opaque)));
          }};
  static const NativeClass* type = nullptr;
  static int size = 4;
  type = &runtime_->add_class({.name = "Squares", .exotic = &kSquares});
  runtime_->add_global("squares", runtime_->add_function({"squares", [](const Call& call) {
                                                            return call.context.new_object(*type,
                                                                                           &size);
                                                          }}));
  const auto context = light();
  EXPECT_EQ(run(*context,
                "const s = squares(); [s.length, s[3], s[4], Array.from(s, x => x + 1).join('-'), "
                "2 in s, 7 in s, Object.keys(s).length].join()"),
            "4,9,,1-2-5-10,true,false,4");
  EXPECT_EQ(run(*context, "let n = 0; for (const i in s) n += s[i]; n"), "14");
  EXPECT_EQ(run(*context, "squares()[0] = 1"), "throws TypeError: Squares is read-only");
  EXPECT_EQ(run(*context, "delete squares()[0]"), "throws TypeError: Squares is read-only");
}

// Like exec.vu.tags: names with rules.
TEST_F(Native, ExoticObjectsTakeAndForgetNames) {
  using Tags = std::map<std::string, std::string, std::less<>>;
  static constexpr ExoticSpec kTags = {
      .get =
          [](Context& context, void* opaque, const PropertyKey& key) {
            const auto& tags = *static_cast<Tags*>(opaque);
            const auto found = tags.find(key.name);
            return found == tags.end() ? Value::absent() : context.new_string(found->second);
          },
      .set =
          [](Context& context, void* opaque, const PropertyKey& key, ValueRef value) {
            if (value.is_object()) {
              context.throw_type_error("only scalars");
              return false;
            }
            (*static_cast<Tags*>(opaque))[std::string(key.name)] = context.to_std_string(value);
            return true;
          },
      .remove =
          [](Context&, void* opaque, const PropertyKey& key) {
            static_cast<Tags*>(opaque)->erase(std::string(key.name));
            return true;
          },
      .keys =
          [](Context&, void* opaque, KeyList& keys) {
            for (const auto& [name, value] : *static_cast<Tags*>(opaque)) keys.add(name);
          }};
  static Tags tags;
  const NativeClass& type = runtime_->add_class({.name = "Tags", .exotic = &kTags});
  {
    const Enter enter(runtime_->template_context());
    runtime_->add_global("tags", runtime_->template_context().new_object(type, &tags));
  }
  const auto context = light();
  EXPECT_EQ(
      run(*context, "tags.b = 1; tags['a'] = 'x'; Object.keys(tags) + tags.b + typeof tags.c"),
      "a,b1undefined");
  EXPECT_EQ(run(*context, "tags.c = {}"), "throws TypeError: only scalars");
  EXPECT_EQ(run(*context, "delete tags.b; JSON.stringify(tags) + ('b' in tags)"),
            R"({"a":"x"}false)");
  EXPECT_EQ(run(*context, "tags[Symbol.iterator] = 1; Object.keys(tags).length"), "1");
}

TEST_F(Native, FunctionsActForTheirCallerNotForTheTemplate) {
  runtime_->add_global("me",
                       runtime_->add_function({"me", [](const Call& call) {
                                                 return call.context.new_string(
                                                     static_cast<const char*>(call.context.opaque));
                                               }}));
  const auto a = light();
  const auto b = light();
  a->opaque = const_cast<char*>("a");
  b->opaque = const_cast<char*>("b");
  EXPECT_EQ(run(*a, "[1, 2].map(me).join() + Promise.resolve().then(me)"), "a,a[object Promise]");
  EXPECT_EQ(run(*b, "[3].map(me).join()"), "b");
}

TEST_F(Native, ClosuresCarryData) {
  const auto context = light();
  const Enter enter(*context);
  const Execution execution(*context);
  const Value f = context->new_function(
      {"add",
       [](const Call& call) {
         return Value::number(call.args[0].as_number() + call.data.as_number() + call.magic);
       },
       1, 100},
      Value::integer(20));
  const Value sum = context->call(f, {}, {ValueRef::integer(3)});
  EXPECT_EQ(sum.as_number(), 123);
}

TEST_F(Native, HiddenPropertiesHoldValuesForTheCollectorAndNobodyElse) {
  add_point();
  const auto context = light();
  const Atom slot = Atom::hidden("slot");
  {
    const Enter enter(*context);
    const Execution execution(*context);
    const Value point = context->evaluate("globalThis.p = new Point(1)", "test.js");
    // A cycle through the native object.
    const Value callback = context->evaluate("(() => p)", "test.js");
    EXPECT_TRUE(context->define_hidden(point, slot, callback));
    EXPECT_TRUE(context->get(point, slot).is_function());
  }
  EXPECT_EQ(run(*context, "Reflect.ownKeys(p).length + JSON.stringify(p)"), "0{}");
  run(*context, "p = null");
  runtime_->collect_fully();
  runtime_->release_dead();
  EXPECT_EQ(Point::alive, 0);
}

}  // namespace
}  // namespace proofload::js
