#include "js/js_test_fixture.h"

namespace proofload::js {
namespace {

class Heap : public JsTest {
 protected:
  void add_contexts(int count) {
    for (int i = 0; i < count; i++) {
      contexts_.push_back(light());
      run(*contexts_.back(), "globalThis.keep = Array.from({ length: 100 }, (_, i) => ({ i }))");
    }
  }
  // Leaves `count` unreachable cycles.
  static void litter(Context& context, int count) {
    run(context,
        "for (let i = 0; i < " + std::to_string(count) + "; i++) { const a = {}; a.self = a }");
  }

  std::vector<std::unique_ptr<Context>> contexts_;
};

TEST_F(Heap, CollectionsAfterAFreezeWalkOnlyWhatIsNew) {
  add_contexts(50);
  runtime_->freeze();
  EXPECT_GT(runtime_->heap_stats().frozen_objects, 5000U);
  EXPECT_EQ(runtime_->heap_stats().young_objects, 0U);

  for (int i = 0; i < 5; i++) litter(*contexts_[0], 10000);
  EXPECT_TRUE(runtime_->collect_if_due());
  const auto after = runtime_->heap_stats();
  EXPECT_GT(after.walked_objects, 49000U);
  EXPECT_LT(after.walked_objects, 52000U);
  EXPECT_LT(after.young_objects, 100U);
}

TEST_F(Heap, NothingIsCollectedBeforeAMegabyteHasGrown) {
  add_contexts(1);
  runtime_->freeze();
  const auto before = runtime_->heap_stats().collections;
  litter(*contexts_[0], 100);
  EXPECT_FALSE(runtime_->collect_if_due());
  EXPECT_EQ(runtime_->heap_stats().collections, before);
}

TEST_F(Heap, CyclesAreFreedAndTheLivingAreKept) {
  add_contexts(3);
  runtime_->freeze();
  const std::size_t bytes = runtime_->heap_stats().bytes;
  for (int round = 0; round < 20; round++) {
    for (const auto& context : contexts_) {
      litter(*context, 4000);
      run(*context, "globalThis.young = { keep, list: [...Array(50).keys()] }; young.self = young");
    }
    runtime_->collect_if_due();
    for (const auto& context : contexts_) {
      EXPECT_EQ(run(*context, "young.self.list.length + young.keep.length"), "150");
    }
  }
  runtime_->collect_fully();
  EXPECT_LT(runtime_->heap_stats().bytes, bytes + 100'000);
}

// A frozen object whose last reference comes from a young one: the engine's own collector would
// count its children twice, and they could never be freed again.
TEST_F(Heap, FrozenObjectsHeldByYoungOnesOnlyDoNotLeak) {
  const auto context = light();
  run(*context, "globalThis.old = { child: { grandchild: {} } }; old.child.up = old");
  runtime_->freeze();
  const std::size_t bytes = runtime_->heap_stats().bytes;
  run(*context, "globalThis.young = { old }; delete globalThis.old; young.self = young");
  runtime_->freeze();
  EXPECT_EQ(run(*context, "young.old.child.up === young.old"), "true");
  // The same within a young collection, and then the young object dies too.
  run(*context, "globalThis.next = { old: young.old }; delete young.old; next.self = next");
  for (int i = 0; i < 4; i++) litter(*context, 10000);
  EXPECT_TRUE(runtime_->collect_if_due());
  EXPECT_EQ(run(*context, "next.old.child.grandchild.x = 1; next.old.child.up === next.old"),
            "true");
  run(*context, "delete globalThis.next; delete globalThis.young");
  for (int i = 0; i < 4; i++) litter(*context, 10000);
  EXPECT_TRUE(runtime_->collect_if_due());
  runtime_->collect_fully();
  EXPECT_LT(runtime_->heap_stats().bytes, bytes);
}

TEST_F(Heap, ACollectionInTheMiddleOfAScriptIsSafe) {
  runtime_->add_global("collect", runtime_->add_function({"collect", [](const Call& call) {
                                                            call.context.runtime().collect_fully();
                                                            return Value();
                                                          }}));
  const auto context = light();
  runtime_->freeze();
  EXPECT_EQ(
      run(*context,
          "function* g() { const a = { n: 1 }; a.self = a; collect(); yield a; collect(); yield a }"
          "const made = [...g()].map((x) => { collect(); return { x, n: x.self.n } });"
          "collect(); made.map((m) => m.n + m.x.n).join()"),
      "2,2");
}

TEST_F(Heap, EveryCollectionIsReportedWithItsTime) {
  int reports = 0;
  runtime_->on_collection([&](Duration stopped) {
    reports++;
    EXPECT_GE(stopped, Duration{});
  });
  runtime_->freeze();
  runtime_->collect_fully();
  EXPECT_EQ(reports, 2);
}

TEST_F(Heap, AFullCollectionIsDueWhenTheHeapHasDoubled) {
  const auto context = light();
  runtime_->freeze();
  EXPECT_FALSE(runtime_->is_full_collection_due());
  run(*context, "globalThis.list = Array.from({ length: 50000 }, (_, i) => ({ i }))");
  runtime_->collect_if_due();
  EXPECT_TRUE(runtime_->is_full_collection_due());
  runtime_->collect_fully();
  EXPECT_FALSE(runtime_->is_full_collection_due());
}

TEST_F(Heap, DestroyedContextsGiveTheirMemoryBack) {
  add_contexts(1);
  runtime_->freeze();
  const std::size_t bytes = runtime_->heap_stats().bytes;
  for (int round = 0; round < 3; round++) {
    add_contexts(100);
    contexts_.resize(1);
    runtime_->collect_fully();
  }
  EXPECT_LT(runtime_->heap_stats().bytes, bytes + 20'000);
}

TEST_F(Heap, ALightContextIsSmall) {
  loader_.sources["main"] = "let n = 0; export default function () { return n++ }";
  add_contexts(1);
  contexts_.push_back(light());
  import(*contexts_.back(), "main", "default");
  const std::size_t bytes = runtime_->heap_stats().bytes;
  constexpr std::size_t kCount = 100;
  for (std::size_t i = 0; i < kCount; i++) {
    contexts_.push_back(light());
    import(*contexts_.back(), "main", "default");
  }
  EXPECT_LT((runtime_->heap_stats().bytes - bytes) / kCount, std::size_t{10} << 10);
}

}  // namespace
}  // namespace proofload::js
