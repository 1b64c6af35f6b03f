// Part of engine.c: JSON.parse and JSON.stringify of plain data, without the general case's costs.
//
// QuickJS-ng looks at every value through properties of its own lists and strings, and makes the
// same hidden classes anew for each object it parses. Load scripts do little but JSON, so plain
// trees go a short way here. Neither function can run script code or change anything before it is
// done, so whatever is not plain (getters, toJSON, proxies, wide strings, errors in the text, ...)
// is left to the engine, which starts from the beginning.
#pragma once

#define PL_JSON_DEPTH_MAX 100
#define PL_JSON_STACK_MAX 65536     // values on the way at once
#define PL_JSON_TEXT_MAX (1 << 20)  // bytes
#define PL_JSON_SHAPES 256          // a power of two

typedef enum { PL_JSON_DONE, PL_JSON_NOT_PLAIN, PL_JSON_EXCEPTION } PlJsonOutcome;

typedef struct PlJsonPair {
  JSAtom key;  // JS_ATOM_NULL in arrays
  JSValue value;
} PlJsonPair;

// What is kept from call to call, on each thread. Not charged to a VU, hence the bounds.
static __thread struct {
  char* text;
  size_t text_size, text_capacity;
  PlJsonPair* pairs;
  size_t pair_count, pair_capacity;
  // The hidden classes of objects that were parsed, by their keys.
  JSShape* shapes[PL_JSON_SHAPES];
} pl_json;

// Room for `count` more bytes, or false.
static bool plain_text_reserve(size_t count) {
  size_t wanted = pl_json.text_size + count;
  if (wanted <= pl_json.text_capacity) return true;
  if (wanted > PL_JSON_TEXT_MAX) return false;
  size_t capacity = 256;
  while (capacity < wanted) capacity *= 2;
  char* text = realloc(pl_json.text, capacity);
  if (!text) return false;
  pl_json.text = text;
  pl_json.text_capacity = capacity;
  return true;
}

void pl_json_release(JSRuntime* rt) {
  for (int i = 0; i < PL_JSON_SHAPES; i++) js_free_shape_null(rt, pl_json.shapes[i]);
  free(pl_json.text);
  free(pl_json.pairs);
  memset(&pl_json, 0, sizeof(pl_json));
}

// ---------------------------------------------------------------- stringify

// "\u00XX" is the longest that one byte becomes.
static bool plain_put_string(JSString* string) {
  static const char short_escapes[] = "btn\0fr";  // from \b on
  if (string->is_wide_char || !plain_text_reserve((size_t)string->len * 6 + 2)) return false;
  const uint8_t* from = str8(string);
  char* to = pl_json.text + pl_json.text_size;
  *to++ = '"';
  for (uint32_t i = 0; i < string->len; i++) {
    uint8_t c = from[i];
    if (c >= 0x20 && c != '"' && c != '\\') {
      *to++ = c;
    } else if (c == '"' || c == '\\') {
      *to++ = '\\';
      *to++ = c;
    } else if (c >= '\b' && c <= '\r' && short_escapes[c - '\b']) {
      *to++ = '\\';
      *to++ = short_escapes[c - '\b'];
    } else {
      to += sprintf(to, "\\u%04x", c);
    }
  }
  *to++ = '"';
  pl_json.text_size = to - pl_json.text;
  return true;
}

static bool plain_put(const char* text, size_t size) {
  if (!plain_text_reserve(size)) return false;
  memcpy(pl_json.text + pl_json.text_size, text, size);
  pl_json.text_size += size;
  return true;
}

static bool plain_put_number(double number) {
  JSDTOATempMem memory;
  if (!isfinite(number)) return plain_put("null", 4);
  if (!plain_text_reserve(64)) return false;
  pl_json.text_size +=
      js_dtoa(pl_json.text + pl_json.text_size, number, 10, 0, JS_DTOA_FORMAT_FREE, &memory);
  return true;
}

// JSON has no undefined, functions and symbols: absent in objects, null in arrays.
static bool plain_is_left_out(JSContext* ctx, JSValueConst value) {
  int tag = JS_VALUE_GET_TAG(value);
  return tag == JS_TAG_UNDEFINED || tag == JS_TAG_SYMBOL || JS_IsFunction(ctx, value);
}

static bool plain_put_value(JSContext* ctx, JSValueConst value, int depth);

static bool plain_put_object(JSContext* ctx, JSObject* object, int depth) {
  JSShape* shape = object->shape;
  JSShapeProperty* property = get_shape_prop(shape);
  bool is_first = true;
  if (shape->proto != JS_VALUE_GET_OBJ(ctx->class_proto[JS_CLASS_OBJECT])) return false;
  if (!plain_put("{", 1)) return false;
  for (int i = 0; i < shape->prop_count; i++, property++) {
    JSAtom name = property->atom;
    if (name == JS_ATOM_NULL || !(property->flags & JS_PROP_ENUMERABLE)) continue;
    // Keys that are indices come first, in their order.
    if (name == JS_ATOM_toJSON || __JS_AtomIsTaggedInt(name)) return false;
    if ((property->flags & JS_PROP_TMASK) != JS_PROP_NORMAL) return false;
    JSAtomStruct* text = ctx->rt->atom_array[name];
    if (text->atom_type != JS_ATOM_TYPE_STRING) continue;
    JSValueConst value = object->prop[i].u.value;
    if (plain_is_left_out(ctx, value)) continue;
    if (!is_first && !plain_put(",", 1)) return false;
    is_first = false;
    if (!plain_put_string(text) || !plain_put(":", 1) || !plain_put_value(ctx, value, depth + 1))
      return false;
  }
  return plain_put("}", 1);
}

static bool plain_put_array(JSContext* ctx, JSObject* array, int depth) {
  uint32_t count = array->u.array.count;
  JSValue length = array->prop[0].u.value;
  if (!array->fast_array ||
      array->shape->proto != JS_VALUE_GET_OBJ(ctx->class_proto[JS_CLASS_ARRAY]) ||
      array->shape->prop_count != 1 || JS_VALUE_GET_TAG(length) != JS_TAG_INT ||
      JS_VALUE_GET_INT(length) != count) {
    return false;
  }
  if (!plain_put("[", 1)) return false;
  for (uint32_t i = 0; i < count; i++) {
    JSValueConst value = array->u.array.u.values[i];
    if (i > 0 && !plain_put(",", 1)) return false;
    if (!plain_put_value(ctx, plain_is_left_out(ctx, value) ? JS_NULL : value, depth + 1))
      return false;
  }
  return plain_put("]", 1);
}

static bool plain_put_value(JSContext* ctx, JSValueConst value, int depth) {
  if (depth > PL_JSON_DEPTH_MAX) return false;  // or a circle
  switch (JS_VALUE_GET_NORM_TAG(value)) {
    case JS_TAG_INT:
      if (!plain_text_reserve(16)) return false;
      pl_json.text_size += i32toa(pl_json.text + pl_json.text_size, JS_VALUE_GET_INT(value));
      return true;
    case JS_TAG_BOOL:
      return JS_VALUE_GET_BOOL(value) ? plain_put("true", 4) : plain_put("false", 5);
    case JS_TAG_NULL:
      return plain_put("null", 4);
    case JS_TAG_FLOAT64:
      return plain_put_number(JS_VALUE_GET_FLOAT64(value));
    case JS_TAG_STRING:
      return plain_put_string(JS_VALUE_GET_STRING(value));
    case JS_TAG_OBJECT: {
      JSObject* object = JS_VALUE_GET_OBJ(value);
      if (object->class_id == JS_CLASS_OBJECT && !object->is_exotic)
        return plain_put_object(ctx, object, depth);
      return object->class_id == JS_CLASS_ARRAY && plain_put_array(ctx, object, depth);
    }
    default:
      return false;
  }
}

static bool plain_has_to_json(JSContext* ctx, int class_id) {
  JSProperty* property;
  return find_own_property(&property, JS_VALUE_GET_OBJ(ctx->class_proto[class_id]),
                           JS_ATOM_toJSON) != NULL;
}

static JSValue own_stringify(JSContext* c, JSValueConst self, int argc, JSValueConst* argv) {
  JSContext* ctx = realm_of(c);
  JSObject* array_proto = JS_VALUE_GET_OBJ(ctx->class_proto[JS_CLASS_ARRAY]);
  pl_json.text_size = 0;
  if (argc > 0 && JS_IsObject(argv[0]) &&
      (argc < 2 || JS_IsUndefined(argv[1]) || JS_IsNull(argv[1])) &&
      (argc < 3 || JS_IsUndefined(argv[2])) && !plain_has_to_json(ctx, JS_CLASS_OBJECT) &&
      !plain_has_to_json(ctx, JS_CLASS_ARRAY) &&
      array_proto->shape->proto == JS_VALUE_GET_OBJ(ctx->class_proto[JS_CLASS_OBJECT]) &&
      plain_put_value(ctx, argv[0], 0)) {
    return js_new_string8_len(ctx, pl_json.text, pl_json.text_size);
  }
  return js_json_stringify(c, self, argc, argv);
}

// ---------------------------------------------------------------- parse

typedef struct PlJsonParser {
  JSContext* ctx;
  const char* at;
  const char* end;  // where a byte may be read: strings end in a NUL
  bool is_utf8;     // else Latin-1, as the engine keeps narrow strings
} PlJsonParser;

static void plain_skip_space(PlJsonParser* parser) {
  while (parser->at < parser->end &&
         (*parser->at == ' ' || *parser->at == '\n' || *parser->at == '\r' || *parser->at == '\t'))
    parser->at++;
}

static bool plain_push(JSAtom key, JSValue value) {
  if (pl_json.pair_count == pl_json.pair_capacity) {
    size_t capacity = pl_json.pair_capacity ? pl_json.pair_capacity * 2 : 64;
    PlJsonPair* pairs =
        capacity > PL_JSON_STACK_MAX ? NULL : realloc(pl_json.pairs, capacity * sizeof(PlJsonPair));
    if (!pairs) return false;
    pl_json.pairs = pairs;
    pl_json.pair_capacity = capacity;
  }
  pl_json.pairs[pl_json.pair_count++] = (PlJsonPair){key, value};
  return true;
}

// Frees what is above `base` on the stack.
static void plain_drop(JSContext* ctx, size_t base) {
  while (pl_json.pair_count > base) {
    PlJsonPair* pair = &pl_json.pairs[--pl_json.pair_count];
    JS_FreeAtom(ctx, pair->key);
    JS_FreeValue(ctx, pair->value);
  }
}

static int plain_hex4(const char* text) {
  int value = 0;
  for (int i = 0; i < 4; i++) {
    int digit = from_hex(text[i]);
    if (digit < 0) return -1;
    value = value << 4 | digit;
  }
  return value;
}

// Appends the character of the escape at parser->at, which is behind the backslash.
static bool plain_put_escape(PlJsonParser* parser) {
  char utf8[UTF8_CHAR_LEN_MAX + 1];
  const char* found = strchr("\"\"\\\\//b\bf\fn\nr\rt\t", *parser->at);
  if (*parser->at != 'u') {
    // Pairs of an escape and what it means; the meaning itself is no escape but for the first
    // three.
    if (!*parser->at || !found || (uint8_t)*parser->at < ' ') return false;
    parser->at++;
    return plain_put(found + 1, 1);
  }
  if (parser->end - parser->at < 5) return false;
  int c = plain_hex4(parser->at + 1);
  parser->at += 5;
  if (c < 0 || (c >= 0xd800 && c < 0xe000)) return false;  // surrogates are the engine's
  if (!parser->is_utf8) {
    char narrow = (char)c;
    return c <= 0xff && plain_put(&narrow, 1);
  }
  return plain_put(utf8, utf8_encode((uint8_t*)utf8, c));
}

// The text between quotes, without escapes: in place, or in pl_json.text. False: not plain.
static bool plain_scan_string(PlJsonParser* parser, const char** text, size_t* size,
                              bool* is_ascii) {
  const char* begin = ++parser->at;
  uint8_t seen = 0;
  pl_json.text_size = 0;
  for (; parser->at < parser->end; parser->at++) {
    uint8_t c = *parser->at;
    if (c == '"' || c == '\\') {
      bool is_whole = c == '"' && pl_json.text_size == 0;
      if (!is_whole && !plain_put(begin, parser->at - begin)) return false;
      if (c == '"') {
        *text = is_whole ? begin : pl_json.text;
        *size = is_whole ? parser->at - begin : pl_json.text_size;
        *is_ascii = seen < 0x80;
        parser->at++;
        return true;
      }
      parser->at++;
      seen |= 0x80;  // an escape may have made anything
      if (!plain_put_escape(parser)) return false;
      begin = parser->at--;
    } else if (c < 0x20) {
      return false;
    }
    seen |= c;
  }
  return false;
}

static JSValue plain_new_string(PlJsonParser* parser, const char* text, size_t size,
                                bool is_ascii) {
  if (is_ascii || !parser->is_utf8) return js_new_string8_len(parser->ctx, text, size);
  return JS_NewStringLen(parser->ctx, text, size);
}

static PlJsonOutcome plain_parse_string(PlJsonParser* parser, JSValue* value) {
  const char* text;
  size_t size;
  bool is_ascii;
  if (!plain_scan_string(parser, &text, &size, &is_ascii)) return PL_JSON_NOT_PLAIN;
  *value = plain_new_string(parser, text, size, is_ascii);
  return JS_IsException(*value) ? PL_JSON_EXCEPTION : PL_JSON_DONE;
}

static PlJsonOutcome plain_parse_key(PlJsonParser* parser, JSAtom* key) {
  const char* text;
  size_t size;
  bool is_ascii;
  if (parser->at == parser->end || *parser->at != '"' ||
      !plain_scan_string(parser, &text, &size, &is_ascii))
    return PL_JSON_NOT_PLAIN;
  bool may_be_index = size > 0 && text[0] >= '0' && text[0] <= '9';
  *key = is_ascii && !may_be_index ? __JS_FindAtom(parser->ctx->rt, text, size, JS_ATOM_TYPE_STRING)
                                   : JS_ATOM_NULL;
  if (*key != JS_ATOM_NULL) return PL_JSON_DONE;
  JSValue string = plain_new_string(parser, text, size, is_ascii);
  if (JS_IsException(string)) return PL_JSON_EXCEPTION;
  *key = JS_ValueToAtom(parser->ctx, string);
  JS_FreeValue(parser->ctx, string);
  return *key == JS_ATOM_NULL ? PL_JSON_EXCEPTION : PL_JSON_DONE;
}

static bool plain_is_digit(const PlJsonParser* parser) {
  return parser->at < parser->end && *parser->at >= '0' && *parser->at <= '9';
}

// At least one digit; *number gathers the first 15, which a double holds exactly.
static bool plain_scan_digits(PlJsonParser* parser, int64_t* number, int* digits) {
  if (!plain_is_digit(parser)) return false;
  for (; plain_is_digit(parser); parser->at++) {
    if (++*digits <= 15) *number = *number * 10 + (*parser->at - '0');
  }
  return true;
}

static PlJsonOutcome plain_parse_number(PlJsonParser* parser, JSValue* value) {
  static const double powers[] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  const char* begin = parser->at;
  int64_t number = 0;
  int digits = 0, whole;
  bool is_negative = *begin == '-', has_exponent = false;
  if (is_negative) parser->at++;
  bool begins_with_0 = plain_is_digit(parser) && *parser->at == '0';
  if (!plain_scan_digits(parser, &number, &digits) || (begins_with_0 && digits > 1))
    return PL_JSON_NOT_PLAIN;
  whole = digits;
  if (parser->at < parser->end && *parser->at == '.') {
    parser->at++;
    if (!plain_scan_digits(parser, &number, &digits)) return PL_JSON_NOT_PLAIN;
  }
  if (parser->at < parser->end && (*parser->at | 0x20) == 'e') {
    int64_t exponent = 0;
    int exponent_digits = 0;
    parser->at++;
    if (parser->at < parser->end && (*parser->at == '-' || *parser->at == '+')) parser->at++;
    if (!plain_scan_digits(parser, &exponent, &exponent_digits)) return PL_JSON_NOT_PLAIN;
    has_exponent = true;
  }
  if (digits > 15 || has_exponent) {
    JSATODTempMem memory;
    *value = js_float64(js_atod(begin, NULL, 10, 0, &memory));
  } else if (whole == digits && number <= INT32_MAX && !(is_negative && number == 0)) {
    *value = js_int32(is_negative ? -number : number);
  } else {
    double magnitude = (double)number / powers[digits - whole];  // both exact, so rounded once
    *value = js_float64(is_negative ? -magnitude : magnitude);
  }
  return PL_JSON_DONE;
}

static bool plain_fits(const JSShape* shape, const JSObject* proto, const PlJsonPair* pairs,
                       int count) {
  if (!shape || shape->proto != proto || shape->prop_count != count) return false;
  const JSShapeProperty* property = get_shape_prop((JSShape*)shape);
  for (int i = 0; i < count; i++) {
    if (property[i].atom != pairs[i].key) return false;
  }
  return true;
}

// An object of the pairs, the last of equal keys winning. Their references are its own.
static JSValue plain_build_object(JSContext* ctx, PlJsonPair* pairs, int count) {
  JSValue value = JS_NewObject(ctx);
  JSProperty* property;
  if (JS_IsException(value)) return value;
  JSObject* object = JS_VALUE_GET_OBJ(value);
  for (int i = 0; i < count; i++) {
    if (find_own_property(&property, object, pairs[i].key)) {
      set_value(ctx, &property->u.value, pairs[i].value);
    } else {
      property = add_property(ctx, object, pairs[i].key, JS_PROP_C_W_E);
      if (!property) {
        JS_FreeValue(ctx, value);
        return JS_EXCEPTION;
      }
      property->u.value = pairs[i].value;
    }
    pairs[i].value = JS_UNDEFINED;
  }
  return value;
}

static JSValue plain_new_object(JSContext* ctx, size_t base) {
  PlJsonPair* pairs = &pl_json.pairs[base];
  int count = (int)(pl_json.pair_count - base);
  JSObject* proto = JS_VALUE_GET_OBJ(ctx->class_proto[JS_CLASS_OBJECT]);
  uint32_t hash = 0;
  for (int i = 0; i < count; i++) hash = (hash + pairs[i].key) * 0x9e3779b1;
  JSShape** kept = &pl_json.shapes[hash >> 24 & (PL_JSON_SHAPES - 1)];
  if (plain_fits(*kept, proto, pairs, count)) {
    JSValue value = JS_NewObjectFromShape(ctx, js_dup_shape(*kept), JS_CLASS_OBJECT, NULL);
    if (JS_IsException(value)) return value;
    for (int i = 0; i < count; i++) {
      JS_VALUE_GET_OBJ(value)->prop[i].u.value = pairs[i].value;
      pairs[i].value = JS_UNDEFINED;
    }
    return value;
  }
  JSValue value = plain_build_object(ctx, pairs, count);
  if (JS_IsException(value)) return value;
  JSShape* shape = JS_VALUE_GET_OBJ(value)->shape;
  // Only with a prototype that outlives every VU: a kept shape keeps its prototype, and through it
  // the context.
  if (count > 0 && shape->is_hashed && JS_GC_MARK(&proto->header) &&
      plain_fits(shape, proto, pairs, count)) {
    js_free_shape_null(ctx->rt, *kept);
    *kept = js_dup_shape(shape);
  }
  return value;
}

static JSValue plain_new_array(JSContext* ctx, size_t base) {
  uint32_t count = (uint32_t)(pl_json.pair_count - base);
  JSValue value = js_allocate_fast_array(ctx, count);
  if (JS_IsException(value)) return value;
  for (uint32_t i = 0; i < count; i++) {
    JS_VALUE_GET_OBJ(value)->u.array.u.values[i] = pl_json.pairs[base + i].value;
    pl_json.pairs[base + i].value = JS_UNDEFINED;
  }
  return value;
}

static PlJsonOutcome plain_parse(PlJsonParser* parser, JSValue* value, int depth);

// One element, or one key with its value, onto the stack.
static PlJsonOutcome plain_parse_member(PlJsonParser* parser, bool is_object, int depth) {
  JSAtom key = JS_ATOM_NULL;
  JSValue value;
  if (is_object) {
    PlJsonOutcome outcome = plain_parse_key(parser, &key);
    if (outcome != PL_JSON_DONE) return outcome;
    plain_skip_space(parser);
    if (parser->at == parser->end || *parser->at != ':') {
      JS_FreeAtom(parser->ctx, key);
      return PL_JSON_NOT_PLAIN;
    }
    parser->at++;
    plain_skip_space(parser);
  }
  PlJsonOutcome outcome = plain_parse(parser, &value, depth + 1);
  if (outcome == PL_JSON_DONE && plain_push(key, value)) return PL_JSON_DONE;
  if (outcome == PL_JSON_DONE) JS_FreeValue(parser->ctx, value);
  JS_FreeAtom(parser->ctx, key);
  return outcome == PL_JSON_DONE ? PL_JSON_NOT_PLAIN : outcome;
}

static PlJsonOutcome plain_parse_members(PlJsonParser* parser, bool is_object, int depth) {
  char close = is_object ? '}' : ']';
  parser->at++;
  plain_skip_space(parser);
  if (parser->at < parser->end && *parser->at == close) {
    parser->at++;
    return PL_JSON_DONE;
  }
  for (;;) {
    PlJsonOutcome outcome = plain_parse_member(parser, is_object, depth);
    if (outcome != PL_JSON_DONE) return outcome;
    plain_skip_space(parser);
    if (parser->at == parser->end) return PL_JSON_NOT_PLAIN;
    char c = *parser->at++;
    if (c == close) return PL_JSON_DONE;
    if (c != ',') return PL_JSON_NOT_PLAIN;
    plain_skip_space(parser);
  }
}

static PlJsonOutcome plain_parse_structure(PlJsonParser* parser, JSValue* value, bool is_object,
                                           int depth) {
  size_t base = pl_json.pair_count;
  if (depth > PL_JSON_DEPTH_MAX) return PL_JSON_NOT_PLAIN;
  PlJsonOutcome outcome = plain_parse_members(parser, is_object, depth);
  if (outcome == PL_JSON_DONE) {
    *value = is_object ? plain_new_object(parser->ctx, base) : plain_new_array(parser->ctx, base);
    if (JS_IsException(*value)) outcome = PL_JSON_EXCEPTION;
  }
  plain_drop(parser->ctx, base);
  return outcome;
}

static PlJsonOutcome plain_parse_word(PlJsonParser* parser, const char* word, JSValue meaning,
                                      JSValue* value) {
  size_t size = strlen(word);
  if (parser->end - parser->at < size || memcmp(parser->at, word, size) != 0)
    return PL_JSON_NOT_PLAIN;
  parser->at += size;
  *value = meaning;
  return PL_JSON_DONE;
}

static PlJsonOutcome plain_parse(PlJsonParser* parser, JSValue* value, int depth) {
  if (parser->at == parser->end) return PL_JSON_NOT_PLAIN;
  switch (*parser->at) {
    case '{':
    case '[':
      return plain_parse_structure(parser, value, *parser->at == '{', depth);
    case '"':
      return plain_parse_string(parser, value);
    case 't':
      return plain_parse_word(parser, "true", JS_TRUE, value);
    case 'f':
      return plain_parse_word(parser, "false", JS_FALSE, value);
    case 'n':
      return plain_parse_word(parser, "null", JS_NULL, value);
    default:
      return plain_parse_number(parser, value);
  }
}

// `text` ends in a NUL that is not counted. JS_UNINITIALIZED: not plain.
static JSValue plain_parse_plain(JSContext* ctx, const char* text, size_t size, bool is_utf8) {
  PlJsonParser parser = {ctx, text, text + size, is_utf8};
  JSValue value = JS_UNDEFINED;
  plain_skip_space(&parser);
  PlJsonOutcome outcome = plain_parse(&parser, &value, 0);
  if (outcome == PL_JSON_EXCEPTION) return JS_EXCEPTION;
  plain_skip_space(&parser);
  if (outcome == PL_JSON_DONE && parser.at == parser.end) return value;
  JS_FreeValue(ctx, value);
  return JS_UNINITIALIZED;
}

static JSValue own_parse(JSContext* c, JSValueConst self, int argc, JSValueConst* argv) {
  JSContext* ctx = realm_of(c);
  if (argc > 0 && JS_VALUE_GET_TAG(argv[0]) == JS_TAG_STRING &&
      !JS_VALUE_GET_STRING(argv[0])->is_wide_char && (argc < 2 || JS_IsUndefined(argv[1]))) {
    JSString* text = JS_VALUE_GET_STRING(argv[0]);
    JSValue value = plain_parse_plain(ctx, (const char*)str8(text), text->len, false);
    if (JS_VALUE_GET_TAG(value) != JS_TAG_UNINITIALIZED) return value;
  }
  return js_json_parse(c, self, argc, argv);
}

JSValue pl_parse_json(JSContext* ctx, const char* text, size_t size, const char* file) {
  JSValue value = plain_parse_plain(ctx, text, size, true);
  return JS_VALUE_GET_TAG(value) != JS_TAG_UNINITIALIZED ? value
                                                         : JS_ParseJSON(ctx, text, size, file);
}
