// The only file that includes QuickJS-ng's implementation: it adds the functions that need its
// internals. Written against 0.17.0; of the engine only one limit is changed (CMakeLists.txt). What
// each guard is for is said where it is used (context.cc, runtime.cc, modules.cc).
#include "engine.h"

#include "quickjs.c"

_Static_assert(sizeof(PlList) == sizeof(struct list_head), "PlList is a list_head");
_Static_assert(offsetof(PlList, next) == offsetof(struct list_head, next), "PlList is a list_head");

static __thread JSContext* pl_current;
static __thread PlFunctionSource* pl_function_source;

static struct list_head* head(PlList* list) {
  return (struct list_head*)list;
}

void pl_list_init(PlList* list) {
  init_list_head(head(list));
}
bool pl_list_is_empty(const PlList* list) {
  return list->next == list;
}

// Appends all of `from` to `to`, in constant time.
static void splice(struct list_head* from, struct list_head* to) {
  if (from->next == from) return;
  from->next->prev = to->prev;
  to->prev->next = from->next;
  from->prev->next = to;
  to->prev = from->prev;
  init_list_head(from);
}

// ---------------------------------------------------------------- contexts

static void share_intrinsics(JSContext* c, JSContext* t) {
  for (int i = 0; i < JS_NATIVE_ERROR_COUNT; i++) js_dup(c->native_error_proto[i]);
  JSValue* shared[] = {&c->function_proto,       &c->function_ctor,
                       &c->array_ctor,           &c->regexp_ctor,
                       &c->promise_ctor,         &c->error_ctor,
                       &c->iterator_ctor,        &c->iterator_ctor_getset,
                       &c->async_iterator_proto, &c->eval_obj,
                       &c->array_proto_values,   &c->throw_type_error,
                       &c->error_prepare_stack,  &c->error_stack_trace_limit};
  for (size_t i = 0; i < countof(shared); i++) js_dup(*shared[i]);
  JSShape* shapes[] = {c->array_shape, c->arguments_shape, c->mapped_arguments_shape,
                       c->regexp_shape, c->regexp_result_shape};
  for (size_t i = 0; i < countof(shapes); i++) {
    if (shapes[i]) js_dup_shape(shapes[i]);
  }
  c->class_proto = js_malloc_rt(c->rt, sizeof(c->class_proto[0]) * c->rt->class_count);
  for (int i = 0; i < c->rt->class_count; i++) c->class_proto[i] = js_dup(t->class_proto[i]);
}

static void copy_global(JSContext* c, JSContext* t, JSAtom name) {
  JSPropertyDescriptor d;
  if (name == JS_ATOM_globalThis) {
    JS_DefinePropertyValue(c, c->global_obj, name, js_dup(c->global_obj),
                           JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE);
    return;
  }
  if (JS_GetOwnProperty(t, &d, t->global_obj, name) <= 0) return;
  if (d.flags & JS_PROP_GETSET) {
    JS_DefinePropertyGetSet(c, c->global_obj, name, d.getter, d.setter,
                            d.flags & (JS_PROP_CONFIGURABLE | JS_PROP_ENUMERABLE));
    JS_FreeValue(c, d.value);
  } else {
    JS_DefinePropertyValue(c, c->global_obj, name, d.value, d.flags & JS_PROP_C_W_E);
  }
}

JSContext* pl_new_light_context(JSContext* t) {
  JSRuntime* rt = t->rt;
  JSContext* c = js_mallocz_rt(rt, sizeof(JSContext));
  JSPropertyEnum* names;
  uint32_t count;
  if (!c) return NULL;
  memcpy(c, t, sizeof(*c));
  memset(&c->header, 0, sizeof(c->header));
  JS_REF_COUNT(c) = 1;
  add_gc_object(rt, &c->header, JS_GC_OBJ_TYPE_JS_CONTEXT);
  list_add_tail(&c->link, &rt->context_list);
  init_list_head(&c->loaded_modules);
  c->error_back_trace = JS_UNDEFINED;
  c->user_opaque = NULL;
  share_intrinsics(c, t);
  c->global_obj = JS_NewObject(c);
  c->global_var_obj = JS_NewObjectProto(c, JS_NULL);
  if (JS_GetOwnPropertyNames(t, &names, &count, t->global_obj,
                             JS_GPN_STRING_MASK | JS_GPN_SYMBOL_MASK) == 0) {
    for (uint32_t i = 0; i < count; i++) copy_global(c, t, names[i].atom);
    JS_FreePropertyEnum(t, names, count);
  }
  return c;
}

JSClassID pl_first_own_class(void) {
  return JS_CLASS_INIT_COUNT;
}

void pl_copy_class_prototypes(JSContext* to, JSContext* from, JSClassID first) {
  for (JSClassID i = first; i < (JSClassID)to->rt->class_count; i++) {
    JS_SetClassProto(to, i, js_dup(from->class_proto[i]));
  }
}

static JSValue do_nothing(JSContext* ctx, JSValueConst self, int argc, JSValueConst* argv,
                          int magic, JSValueConst* data) {
  return JS_UNDEFINED;
}

static bool owns_module(JSContext* c, void* module) {
  struct list_head* el;
  list_for_each(el, &c->loaded_modules) {
    if (list_entry(el, JSModuleDef, link) == module) return true;
  }
  return false;
}

// A reaction to a pending top-level await holds a bare pointer to the importing module, which the
// next collection would follow after the context has freed its modules.
static void detach_module_records(JSContext* c, struct list_head* objects) {
  struct list_head* el;
  list_for_each(el, objects) {
    JSObject* o = (JSObject*)list_entry(el, JSGCObjectHeader, link);
    if (JS_GC_TYPE(o) != JS_GC_OBJ_TYPE_JS_OBJECT || o->class_id != JS_CLASS_C_FUNCTION_DATA)
      continue;
    JSCFunctionDataRecord* record = o->u.opaque;
    if (!record) continue;
    for (int i = 0; i < record->data_len; i++) {
      if (JS_VALUE_GET_TAG(record->data[i]) != JS_TAG_MODULE) continue;
      void* module = JS_VALUE_GET_PTR(record->data[i]);
      if (!owns_module(c, module)) continue;
      JS_REF_COUNT(module)--;
      record->data[i] = JS_UNDEFINED;
      record->func = do_nothing;
    }
  }
}

void pl_free_context(JSContext* c, PlList* frozen) {
  struct list_head* el;
  bool awaits = false;
  list_for_each(el, &c->loaded_modules) {
    JSModuleDef* m = list_entry(el, JSModuleDef, link);
    if (m->status == JS_MODULE_STATUS_EVALUATING_ASYNC) awaits = true;
  }
  if (awaits) {
    detach_module_records(c, &c->rt->gc_obj_list);
    detach_module_records(c, head(frozen));
  }
  JS_FreeContext(c);
}

// ---------------------------------------------------------------- realms

void pl_set_current(JSContext* ctx) {
  pl_current = ctx;
}

static JSContext* realm_of(JSContext* ctx) {
  return pl_current ? pl_current : ctx;
}

static JSValue own_eval(JSContext* c, JSValueConst self, int argc, JSValueConst* argv) {
  return js_global_eval(realm_of(c), self, argc, argv);
}
static JSValue own_random(JSContext* c, JSValueConst self, int argc, JSValueConst* argv) {
  return js_math_random(realm_of(c), self, argc, argv);
}
static JSValue own_microtask(JSContext* c, JSValueConst self, int argc, JSValueConst* argv) {
  return js_global_queueMicrotask(realm_of(c), self, argc, argv);
}
static JSValue own_capture(JSContext* c, JSValueConst self, int argc, JSValueConst* argv) {
  return js_error_capture_stack_trace(realm_of(c), self, argc, argv);
}
static JSValue own_function(JSContext* c, JSValueConst target, int argc, JSValueConst* argv,
                            int magic) {
  return js_function_constructor(realm_of(c), target, argc, argv, magic);
}
static JSValue own_error(JSContext* c, JSValueConst target, int argc, JSValueConst* argv,
                         int magic) {
  return js_error_constructor(realm_of(c), target, argc, argv, magic);
}
static JSValue own_get_limit(JSContext* c, JSValueConst self) {
  return js_error_get_stackTraceLimit(realm_of(c), self);
}
static JSValue own_set_limit(JSContext* c, JSValueConst self, JSValueConst value) {
  return js_error_set_stackTraceLimit(realm_of(c), self, value);
}
static JSValue own_get_prepare(JSContext* c, JSValueConst self) {
  return js_error_get_prepareStackTrace(realm_of(c), self);
}
static JSValue own_set_prepare(JSContext* c, JSValueConst self, JSValueConst value) {
  return js_error_set_prepareStackTrace(realm_of(c), self, value);
}

#include "engine_json.h"

// Function.prototype.toString for functions whose source was left out of the bytecode.
static JSValue own_to_string(JSContext* c, JSValueConst self, int argc, JSValueConst* argv) {
  if (JS_IsObject(self) && pl_function_source) {
    JSObject* o = JS_VALUE_GET_OBJ(self);
    if (js_class_has_bytecode(o->class_id) && !o->u.func.function_bytecode->source) {
      JSFunctionBytecode* b = o->u.func.function_bytecode;
      const char* file = b->filename ? JS_AtomToCString(c, b->filename) : NULL;
      JSValue text = file ? pl_function_source(c, file, b->line_num, b->col_num) : JS_UNDEFINED;
      JS_FreeCString(c, file);
      if (!JS_IsUndefined(text)) return text;
    }
  }
  return js_function_toString(c, self, argc, argv);
}

static JSCFunctionType* code_of(JSValueConst f) {
  JSObject* o = JS_VALUE_GET_OBJ(f);
  assert(JS_IsObject(f) && o->class_id == JS_CLASS_C_FUNCTION);
  return &o->u.cfunc.c_function;
}

static void replace(JSContext* t, JSValue f, JSCFunction* with) {
  code_of(f)->generic = with;
  JS_FreeValue(t, f);
}

static void replace_constructor(JSContext* t, JSValue f,
                                JSValue (*with)(JSContext*, JSValueConst, int, JSValueConst*,
                                                int)) {
  code_of(f)->constructor_magic = with;
  JS_FreeValue(t, f);
}

static void replace_accessor(JSContext* t, const char* name,
                             JSValue (*get)(JSContext*, JSValueConst),
                             JSValue (*set)(JSContext*, JSValueConst, JSValueConst)) {
  JSPropertyDescriptor d;
  JSAtom atom = JS_NewAtom(t, name);
  if (JS_GetOwnProperty(t, &d, t->error_ctor, atom) > 0) {
    code_of(d.getter)->getter = get;
    code_of(d.setter)->setter = set;
    JS_FreeValue(t, d.getter);
    JS_FreeValue(t, d.setter);
  }
  JS_FreeAtom(t, atom);
}

void pl_fix_realm(JSContext* t) {
  static const int kinds[] = {JS_CLASS_GENERATOR_FUNCTION, JS_CLASS_ASYNC_FUNCTION,
                              JS_CLASS_ASYNC_GENERATOR_FUNCTION};
  JSValue math = JS_GetPropertyStr(t, t->global_obj, "Math");
  JSValue json = JS_GetPropertyStr(t, t->global_obj, "JSON");
  replace(t, JS_GetPropertyStr(t, json, "parse"), own_parse);
  replace(t, JS_GetPropertyStr(t, json, "stringify"), own_stringify);
  JS_FreeValue(t, json);
  replace(t, js_dup(t->eval_obj), own_eval);
  replace(t, JS_GetPropertyStr(t, math, "random"), own_random);
  replace(t, JS_GetPropertyStr(t, t->global_obj, "queueMicrotask"), own_microtask);
  replace(t, JS_GetPropertyStr(t, t->error_ctor, "captureStackTrace"), own_capture);
  replace(t, JS_GetPropertyStr(t, t->function_proto, "toString"), own_to_string);
  JS_FreeValue(t, math);
  replace_constructor(t, js_dup(t->function_ctor), own_function);
  for (size_t i = 0; i < countof(kinds); i++) {
    replace_constructor(t, JS_GetProperty(t, t->class_proto[kinds[i]], JS_ATOM_constructor),
                        own_function);
  }
  replace_constructor(t, js_dup(t->error_ctor), own_error);
  for (int i = 0; i < JS_NATIVE_ERROR_COUNT; i++) {
    replace_constructor(t, JS_GetProperty(t, t->native_error_proto[i], JS_ATOM_constructor),
                        own_error);
  }
  replace_accessor(t, "stackTraceLimit", own_get_limit, own_set_limit);
  replace_accessor(t, "prepareStackTrace", own_get_prepare, own_set_prepare);
}

// ---------------------------------------------------------------- switching, jobs

void pl_leave(JSRuntime* rt, PlVmState* state, PlList* jobs) {
  state->stack_frame = rt->current_stack_frame;
  state->parent_promise = rt->parent_promise;
  state->stack_limit = rt->stack_limit;
  state->in_build_stack_trace = rt->in_build_stack_trace;
  rt->current_stack_frame = NULL;
  rt->parent_promise = NULL;
  rt->in_build_stack_trace = false;
  splice(&rt->job_list, head(jobs));
}

void pl_enter(JSRuntime* rt, const PlVmState* state, PlList* jobs) {
  rt->current_stack_frame = state->stack_frame;
  rt->parent_promise = state->parent_promise;
  rt->stack_limit = state->stack_limit;
  rt->in_build_stack_trace = state->in_build_stack_trace;
  splice(head(jobs), &rt->job_list);
}

bool pl_may_switch(JSRuntime* rt) {
  return JS_IsUninitialized(rt->current_exception) && rt->gc_phase == JS_GC_PHASE_NONE;
}

uintptr_t pl_stack_limit(JSRuntime* rt) {
  return rt->stack_limit;
}
void pl_set_stack_limit(JSRuntime* rt, uintptr_t limit) {
  rt->stack_limit = limit;
}
bool pl_in_script(JSRuntime* rt) {
  return rt->current_stack_frame != NULL;
}

static void drop_jobs(JSRuntime* rt, struct list_head* jobs) {
  while (jobs->next != jobs) {
    JSJobEntry* job = list_entry(jobs->next, JSJobEntry, link);
    list_del(&job->link);
    for (int i = 0; i < job->argc; i++) JS_FreeValueRT(rt, job->argv[i]);
    js_free_rt(rt, job);
  }
}

void pl_drop_jobs(JSRuntime* rt, PlList* jobs) {
  drop_jobs(rt, head(jobs));
}
void pl_drop_queued_jobs(JSRuntime* rt) {
  drop_jobs(rt, &rt->job_list);
}

void pl_set_interrupt_counter(JSContext* ctx, int steps) {
  ctx->interrupt_counter = steps;
}
void pl_set_random_state(JSContext* ctx, uint64_t state) {
  ctx->random_state = state ? state : 1;
}
size_t pl_malloc_size(JSRuntime* rt) {
  return rt->malloc_state.malloc_size;
}

// ---------------------------------------------------------------- heap

// The collector's mark bit says "frozen" between collections. The engine's own collector cannot
// skip such objects: one whose last reference comes from a young object would be pulled back among
// the young, and its children counted twice.
static size_t set_marks(struct list_head* objects, int mark) {
  struct list_head* el;
  size_t count = 0;
  list_for_each(el, objects) {
    JS_GC_MARK(list_entry(el, JSGCObjectHeader, link)) = mark;
    count++;
  }
  return count;
}

size_t pl_freeze(JSRuntime* rt, PlList* frozen) {
  size_t count = set_marks(&rt->gc_obj_list, 1);
  splice(&rt->gc_obj_list, head(frozen));
  return count;
}

void pl_thaw(JSRuntime* rt, PlList* frozen) {
  set_marks(head(frozen), 0);
  splice(head(frozen), &rt->gc_obj_list);
}

static void young_decref(JSRuntime* rt, JSGCObjectHeader* p) {
  if (!JS_GC_MARK(p)) JS_REF_COUNT(p)--;
}

static void young_incref(JSRuntime* rt, JSGCObjectHeader* p) {
  if (!JS_GC_MARK(p)) JS_REF_COUNT(p)++;
}

static void young_rescue(JSRuntime* rt, JSGCObjectHeader* p) {
  if (JS_GC_MARK(p) || JS_REF_COUNT(p)++ != 0) return;
  list_del(&p->link);
  list_add_tail(&p->link, &rt->gc_obj_list);
}

size_t pl_collect(JSRuntime* rt) {
  struct list_head *el, *next;
  // A shape cloned from a frozen one inherited its mark.
  size_t count = set_marks(&rt->gc_obj_list, 0);
  init_list_head(&rt->tmp_obj_list);
  list_for_each(el, &rt->gc_obj_list) {
    mark_children(rt, list_entry(el, JSGCObjectHeader, link), young_decref);
  }
  list_for_each_safe(el, next, &rt->gc_obj_list) {
    if (JS_REF_COUNT(list_entry(el, JSGCObjectHeader, link)) != 0) continue;
    list_del(el);
    list_add_tail(el, &rt->tmp_obj_list);
  }
  list_for_each(el, &rt->gc_obj_list) {
    mark_children(rt, list_entry(el, JSGCObjectHeader, link), young_rescue);
  }
  list_for_each(el, &rt->tmp_obj_list) {
    mark_children(rt, list_entry(el, JSGCObjectHeader, link), young_incref);
  }
  set_marks(&rt->tmp_obj_list, 1);  // gc_free_cycles' sign for "being freed"
  gc_free_cycles(rt);
  return count;
}

size_t pl_count_young(JSRuntime* rt) {
  struct list_head* el;
  size_t count = 0;
  list_for_each(el, &rt->gc_obj_list) count++;
  return count;
}

// ---------------------------------------------------------------- modules

JSValue pl_compile(JSContext* ctx, const char* text, size_t size, const char* file, int type,
                   int first_line) {
  return JS_EvalInternal(ctx, ctx->global_obj, text, size, file, first_line,
                         type | JS_EVAL_FLAG_COMPILE_ONLY, -1);
}

bool pl_module_is_plain(JSModuleDef* m) {
  return m->req_module_entries_count == 0 && m->export_entries_count == 0 &&
         m->star_export_entries_count == 0 && !m->has_tla;
}

void pl_free_module(JSContext* ctx, JSModuleDef* m) {
  js_free_module_def(ctx, m);
}

JSModuleDef* pl_find_module(JSContext* ctx, const char* name) {
  JSAtom atom = JS_NewAtom(ctx, name);
  JSModuleDef* m = js_find_loaded_module_by_name(ctx, atom);
  JS_FreeAtom(ctx, atom);
  return m;
}

int pl_evaluate_native_module(JSContext* ctx, JSModuleDef* m) {
  JSValue result = JS_EvalFunction(ctx, JS_NewModuleValue(ctx, m));
  if (JS_IsException(result)) return -1;
  JS_FreeValue(ctx, result);
  return 0;
}

static int add_missing_exports(JSContext* ctx, JSModuleDef* importer, JSModuleInitFunc* init,
                               JSValue missing) {
  for (int i = 0; i < importer->import_entries_count; i++) {
    JSImportEntry* entry = &importer->import_entries[i];
    JSModuleDef* target = importer->req_module_entries[entry->req_module_idx].module;
    if (!target || target->init_func != init) continue;
    if (entry->import_name == JS_ATOM__star_) continue;
    if (find_export_entry(ctx, target, entry->import_name)) continue;
    JSExportEntry* added = add_export_entry2(ctx, NULL, target, JS_ATOM_NULL, entry->import_name,
                                             JS_EXPORT_TYPE_LOCAL);
    if (!added) return -1;
    if (!target->func_created) continue;
    // The module is linked already, so nobody else makes the variable.
    JSVarRef* variable = js_create_module_var(ctx, false);
    if (!variable) return -1;
    variable->value = missing;
    added->u.local.var_ref = variable;
  }
  return 0;
}

int pl_add_missing_exports(JSContext* ctx, JSModuleInitFunc* init, JSValue missing) {
  struct list_head* el;
  list_for_each(el, &ctx->loaded_modules) {
    if (add_missing_exports(ctx, list_entry(el, JSModuleDef, link), init, missing) < 0) return -1;
  }
  return 0;
}

// ---------------------------------------------------------------- errors

JSValue pl_back_trace(JSContext* ctx) {
  return js_dup(ctx->error_back_trace);
}

void pl_clear_back_trace(JSContext* ctx) {
  JS_FreeValue(ctx, ctx->error_back_trace);
  ctx->error_back_trace = JS_UNDEFINED;
}

JSValue pl_error_stack(JSContext* ctx, JSValueConst error) {
  if (!JS_IsObject(error)) return JS_UNDEFINED;
  JSObject* o = JS_VALUE_GET_OBJ(error);
  if (o->class_id != JS_CLASS_ERROR) return JS_UNDEFINED;
  return js_dup(o->u.object_data);
}

// ---------------------------------------------------------------- objects

void* pl_hold_shape(JSContext* ctx, JSValueConst object, uint32_t* count) {
  JSObject* o = JS_VALUE_GET_OBJ(object);
  JSShape* shape = o->shape;
  uint32_t ignored;
  // Only a hashed shape is never changed while somebody else holds it.
  if (o->class_id != JS_CLASS_OBJECT || o->is_exotic || !shape->is_hashed) return NULL;
  JSShapeProperty* p = get_shape_prop(shape);
  for (int i = 0; i < shape->prop_count; i++) {
    if (p[i].atom != JS_ATOM_NULL && JS_AtomIsArrayIndex(ctx, &ignored, p[i].atom)) return NULL;
  }
  *count = (uint32_t)shape->prop_count;
  return js_dup_shape(shape);
}

void pl_release_shape(JSRuntime* rt, void* shape) {
  js_free_shape(rt, shape);
}

JSAtom pl_shape_key(JSContext* ctx, void* shape, uint32_t index) {
  JSShapeProperty* p = &get_shape_prop((JSShape*)shape)[index];
  if (!(p->flags & JS_PROP_ENUMERABLE) || p->atom == JS_ATOM_NULL) return JS_ATOM_NULL;
  return JS_AtomGetKind(ctx, p->atom) == JS_ATOM_KIND_STRING ? p->atom : JS_ATOM_NULL;
}

bool pl_has_stored_property(JSValueConst object, JSAtom name) {
  return find_own_property1(JS_VALUE_GET_OBJ(object), name) != NULL;
}

bool pl_atom_is_index(JSContext* ctx, JSAtom atom, uint32_t* index) {
  return JS_AtomIsArrayIndex(ctx, index, atom);
}

bool pl_atom_is_string(JSContext* ctx, JSAtom atom) {
  return JS_AtomGetKind(ctx, atom) == JS_ATOM_KIND_STRING;
}

bool pl_is_typed_array(JSValueConst value) {
  return JS_IsObject(value) && is_typed_array(JS_VALUE_GET_OBJ(value)->class_id);
}

bool pl_bytes(JSValueConst value, uint8_t** data, size_t* size) {
  if (!JS_IsObject(value)) return false;
  JSObject* o = JS_VALUE_GET_OBJ(value);
  bool is_view = o->class_id == JS_CLASS_DATAVIEW;
  if (o->class_id == JS_CLASS_ARRAY_BUFFER || o->class_id == JS_CLASS_SHARED_ARRAY_BUFFER) {
    JSArrayBuffer* buffer = o->u.array_buffer;
    *data = buffer->data;
    *size = (size_t)buffer->byte_length;
    return !buffer->detached;
  }
  if (!is_view && !is_typed_array(o->class_id)) return false;
  if (is_view ? dataview_is_oob(o) : typed_array_is_oob(o)) return false;
  JSTypedArray* view = o->u.typed_array;
  JSArrayBuffer* buffer = view->buffer->u.array_buffer;
  *data = buffer->data + view->offset;
  *size = view->track_rab ? (size_t)buffer->byte_length - view->offset : view->length;
  return true;
}

uint64_t pl_identity(JSValueConst value) {
  if (JS_VALUE_HAS_REF_COUNT(value)) {
    if (JS_VALUE_GET_TAG(value) == JS_TAG_STRING) return hash_string(JS_VALUE_GET_STRING(value), 0);
    return (uint64_t)(uintptr_t)JS_VALUE_GET_PTR(value);
  }
  return (uint64_t)value.u.int32;
}

// ---------------------------------------------------------------- sources

void pl_set_function_source(PlFunctionSource* lookup) {
  pl_function_source = lookup;
}

static void visit_function(JSFunctionBytecode* b, PlVisitSource* visit, void* opaque) {
  if (b->source) visit(opaque, b->line_num, b->col_num, b->source, (size_t)b->source_len);
  for (int i = 0; i < b->cpool_count; i++) {
    if (JS_VALUE_GET_TAG(b->cpool[i]) == JS_TAG_FUNCTION_BYTECODE) {
      visit_function(JS_VALUE_GET_PTR(b->cpool[i]), visit, opaque);
    }
  }
}

void pl_visit_sources(JSValueConst compiled, PlVisitSource* visit, void* opaque) {
  JSValueConst code = compiled;
  if (JS_IsModule(compiled)) code = ((JSModuleDef*)JS_VALUE_GET_PTR(compiled))->func_obj;
  if (JS_VALUE_GET_TAG(code) == JS_TAG_FUNCTION_BYTECODE) {
    visit_function(JS_VALUE_GET_PTR(code), visit, opaque);
  }
}
