// The engine's C interface as we use it: QuickJS-ng's own, and what engine.c adds to it.
#pragma once

#include <quickjs.h>

#ifdef __cplusplus
extern "C" {
#endif

// NOLINTBEGIN(modernize-use-using): engine.c reads this too.

// A list head of the engine (list.h), for lists whose elements the engine owns.
typedef struct PlList {
  struct PlList* prev;
  struct PlList* next;
} PlList;

// What a running script keeps in its runtime, and another fiber must not see.
typedef struct PlVmState {
  void* stack_frame;
  void* parent_promise;
  uintptr_t stack_limit;
  bool in_build_stack_trace;
} PlVmState;

void pl_list_init(PlList* list);

// --- contexts ---
// Shares every built-in with `from`; owns its global object, modules and random state.
JSContext* pl_new_light_context(JSContext* from);
// Copies the prototypes of classes that were registered by us (not built in).
void pl_copy_class_prototypes(JSContext* to, JSContext* from, JSClassID first);
JSClassID pl_first_own_class(void);
// Frees `ctx` without leaving the collector records that point into its modules. Its jobs must
// have been dropped.
void pl_free_context(JSContext* ctx, PlList* frozen);
// Makes the built-ins that depend on a realm (eval, Function, Math.random, Error, ...) use the
// context of pl_set_current. Once per template.
void pl_fix_realm(JSContext* from);
// The current context of this thread, for them; null: the one they were made in.
void pl_set_current(JSContext* ctx);

// --- switching ---
// Takes what belongs to the running script out of the runtime, and puts another one's in.
void pl_leave(JSRuntime* rt, PlVmState* state, PlList* jobs);
void pl_enter(JSRuntime* rt, const PlVmState* state, PlList* jobs);
// No exception is pending, no collection or finalizer is running.
bool pl_may_switch(JSRuntime* rt);
uintptr_t pl_stack_limit(JSRuntime* rt);
void pl_set_stack_limit(JSRuntime* rt, uintptr_t limit);
bool pl_in_script(JSRuntime* rt);

// --- jobs ---
bool pl_list_is_empty(const PlList* list);
void pl_drop_jobs(JSRuntime* rt, PlList* jobs);
void pl_drop_queued_jobs(JSRuntime* rt);

// --- interrupts and accounts ---
void pl_set_interrupt_counter(JSContext* ctx, int steps);
void pl_set_random_state(JSContext* ctx, uint64_t state);
size_t pl_malloc_size(JSRuntime* rt);

// --- heap ---
// Objects moved to `frozen` are roots: neither walked nor freed by pl_collect, but still freed when
// nothing refers to them. Returns how many were moved.
size_t pl_freeze(JSRuntime* rt, PlList* frozen);
void pl_thaw(JSRuntime* rt, PlList* frozen);
// Frees cycles of objects that are not frozen. Returns how many objects it walked.
size_t pl_collect(JSRuntime* rt);
size_t pl_count_young(JSRuntime* rt);

// --- JSON ---
// JS_ParseJSON, faster for plain data.
JSValue pl_parse_json(JSContext* ctx, const char* text, size_t size, const char* file);
// Frees what this thread keeps for it. Before the heap is thawed.
void pl_json_release(JSRuntime* rt);

// --- modules ---
// Compiles only. `first_line` may be 0, which JS_Eval2 does not take: for a wrapper's own line.
JSValue pl_compile(JSContext* ctx, const char* text, size_t size, const char* file, int type,
                   int first_line);
// Whether the module imports, exports or awaits anything.
bool pl_module_is_plain(JSModuleDef* module);
void pl_free_module(JSContext* ctx, JSModuleDef* module);
JSModuleDef* pl_find_module(JSContext* ctx, const char* name);
// Evaluates a module without imports (a native one) right away, in `ctx`. -1: exception.
int pl_evaluate_native_module(JSContext* ctx, JSModuleDef* module);
// Modules made by `init` accept every name that is imported from them; what they do not have is
// `missing` (no heap value), or undefined if they are not linked yet. To be called before linking.
int pl_add_missing_exports(JSContext* ctx, JSModuleInitFunc* init, JSValue missing);

// --- errors ---
// The stack that the last throw in `ctx` was given, also for values that are not Errors.
JSValue pl_back_trace(JSContext* ctx);
void pl_clear_back_trace(JSContext* ctx);
// An Error's own stack text, without running a script; undefined for anything else.
JSValue pl_error_stack(JSContext* ctx, JSValueConst error);

// --- objects ---
// A plain object's shape, held; null for objects whose keys need sorting or have handlers.
void* pl_hold_shape(JSContext* ctx, JSValueConst object, uint32_t* count);
void pl_release_shape(JSRuntime* rt, void* shape);
// The enumerable string key at `index`, or JS_ATOM_NULL.
JSAtom pl_shape_key(JSContext* ctx, void* shape, uint32_t index);
// Whether the property is stored in the object itself (not made up by exotic handlers).
bool pl_has_stored_property(JSValueConst object, JSAtom name);
bool pl_atom_is_index(JSContext* ctx, JSAtom atom, uint32_t* index);
bool pl_atom_is_string(JSContext* ctx, JSAtom atom);
bool pl_bytes(JSValueConst value, uint8_t** data, size_t* size);
bool pl_is_typed_array(JSValueConst value);
// Identifies what a value refers to.
uint64_t pl_identity(JSValueConst value);

// --- functions whose source was stripped ---
typedef JSValue PlFunctionSource(JSContext* ctx, const char* file, int line, int column);
// Who knows the text of a function by the position of its start. Thread-local.
void pl_set_function_source(PlFunctionSource* lookup);
// Calls `visit` for every function in a compiled module or script, outermost first.
typedef void PlVisitSource(void* opaque, int line, int column, const char* text, size_t size);
void pl_visit_sources(JSValueConst compiled, PlVisitSource* visit, void* opaque);

// NOLINTEND(modernize-use-using)

#ifdef __cplusplus
}
#endif
