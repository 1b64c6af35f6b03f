#include <charconv>

#include "js/context.h"
#include "js/impl.h"
#include "js/script_error.h"

namespace proofload::js {
namespace {

// Cuts ":<number>" off the end of `text`; 0 if there is none.
int cut_number(std::string_view& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return 0;
  int number = 0;
  const auto [end, error] =
      std::from_chars(text.data() + colon + 1, text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return 0;
  text = text.substr(0, colon);
  return number;
}

// "name (file:line:column)", "name (native)" or, for syntax errors, "file:line:column".
StackFrame parse_frame(std::string_view line) {
  StackFrame frame;
  std::string_view place = line;
  const std::size_t open = line.find(" (");
  if (open != std::string_view::npos && line.ends_with(')')) {
    const std::string_view name = line.substr(0, open);
    if (name != "<anonymous>" && name != "<eval>") frame.function = name;
    place = line.substr(open + 2, line.size() - open - 3);
  }
  if (place == "native" || place == "missing") return frame;
  const int last = cut_number(place);
  const int first = cut_number(place);
  frame.line = first != 0 ? first : last;
  frame.column = first != 0 ? last : 0;
  frame.file = place;
  return frame;
}

}  // namespace

std::vector<StackFrame> parse_stack(std::string_view text) {
  constexpr std::string_view kPrefix = "    at ";
  std::vector<StackFrame> frames;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    // The engine's place for text without a file (JSON.parse, eval): nobody can look there.
    if (!line.starts_with(kPrefix) || line.find("<input>:") != std::string_view::npos) continue;
    frames.push_back(parse_frame(line.substr(kPrefix.size())));
  }
  return frames;
}

std::string ScriptError::stack_text() const {
  std::string out = text;
  for (const StackFrame& frame : stack) {
    std::string place = "native";
    if (!frame.file.empty()) {
      place = frame.file + ':' + std::to_string(frame.line) + ':' + std::to_string(frame.column);
    }
    if (!frame.function.empty()) {
      out += "\n\tat " + frame.function + " (" + place + ')';
    } else {
      out += "\n\tat " + place;
    }
  }
  return out + '\n';
}

const StackFrame* ScriptError::position() const {
  for (const StackFrame& frame : stack) {
    if (!frame.file.empty()) return &frame;
  }
  return nullptr;
}

namespace {

// Leaves the error thrown. By hand, since the engine's own printf cuts messages at 256 bytes.
Value throw_with(Context& context, JSValue error, std::string_view message) {
  JSContext* const js = context.impl().js;
  if (JS_IsException(error)) return Value::exception();
  JS_DefinePropertyValueStr(js, error, "message", to_js(context.new_string(message)),
                            JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE);
  JS_Throw(js, error);
  return Value::exception();
}

}  // namespace

Value Context::throw_error(std::string_view message) {
  return throw_with(*this, JS_NewError(impl_->js), message);
}

Value Context::throw_type_error(std::string_view message) {
  return throw_with(*this, JS_NewTypeError(impl_->js, "%s", ""), message);
}

Value Context::throw_range_error(std::string_view message) {
  return throw_with(*this, JS_NewRangeError(impl_->js, "%s", ""), message);
}

Value Context::throw_syntax_error(std::string_view message) {
  return throw_with(*this, JS_NewSyntaxError(impl_->js, "%s", ""), message);
}

Value Context::new_error(std::string_view name, std::string_view message) {
  JSContext* const js = impl_->js;
  Value error = adopt(JS_NewError(js));
  if (error.is_exception()) return error;
  constexpr int kFlags = JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE;
  JS_DefinePropertyValueStr(js, to_js(error), "name", to_js(new_string(name)), kFlags);
  JS_DefinePropertyValueStr(js, to_js(error), "message", to_js(new_string(message)), kFlags);
  return error;
}

Value Context::throw_named(std::string_view name, std::string_view message) {
  Value error = new_error(name, message);
  return error.is_exception() ? std::move(error) : throw_value(std::move(error));
}

Value Context::throw_value(Value value) {
  JS_Throw(impl_->js, to_js(std::move(value)));
  return Value::exception();
}

Value Context::throw_stop(StopReason reason) {
  request_stop(reason);
  Runtime::Impl& rt = runtime_.impl();
  // Asked for while the fiber was suspended, the stop has not reached the engine yet; a thenable's
  // getter swallows the error below, and its caller must not get far.
  pl_set_interrupt_counter(impl_->js, 1);
  pl_set_interrupt_counter(rt.template_js, 1);
  clear_error();
  JS_SetMemoryLimit(rt.rt, pl_malloc_size(rt.rt) + Runtime::Impl::kStopGrant);
  const Value error = adopt(JS_NewInternalError(impl_->js, "interrupted"));
  JS_Throw(impl_->js, JS_DupValue(impl_->js, to_js(error)));
  JS_SetUncatchableError(impl_->js, to_js(error));
  return Value::exception();
}

bool Context::has_error() const {
  return JS_HasException(impl_->js);
}

void Context::clear_error() {
  if (has_error()) JS_FreeValue(impl_->js, JS_GetException(impl_->js));
}

namespace {

bool is_out_of_memory(const Context& context) {
  constexpr double kTooLittle = 64 << 10;
  const Context::Impl& c = context.impl();
  return c.budget != Context::Impl::kUnlimited &&
         static_cast<double>(context.memory_used()) + kTooLittle > static_cast<double>(c.budget);
}

}  // namespace

ScriptError Context::take_error() {
  PL_CHECK(has_error());
  const Value thrown = adopt(JS_GetException(impl_->js));
  if (is_stopping() || JS_IsUncatchableError(to_js(thrown))) {
    ScriptError error;
    error.text = "interrupted";
    error.stop = is_stopping() ? stop_reason_ : StopReason::kStopped;
    return error;
  }
  ScriptError error = describe(thrown);
  // With no memory left for the Error, the engine throws null.
  if (thrown.is_null() && is_out_of_memory(*this)) error.text = "InternalError: out of memory";
  return error;
}

ScriptError Context::describe(ValueRef thrown) {
  ScriptError error;
  error.thrown = Value(thrown);
  Value stack = adopt(pl_error_stack(impl_->js, to_js(thrown)));
  // What was thrown is no Error: the engine has kept the stack of the last throw aside.
  if (!stack.is_string() && !thrown.is_error()) stack = adopt(pl_back_trace(impl_->js));
  if (stack.is_string()) error.stack = parse_stack(to_std_string(stack));
  if (thrown.is_error()) {
    const Value name = get(thrown, "name");
    const Value message = get(thrown, "message");
    clear_error();
    error.name = to_std_string(name);
    error.message = to_std_string(message);
  }
  error.text = to_std_string(thrown);
  return error;
}

std::vector<StackFrame> Context::call_stack() {
  const Value probe = adopt(JS_NewError(impl_->js));
  const Value stack = adopt(pl_error_stack(impl_->js, to_js(probe)));
  return stack.is_string() ? parse_stack(to_std_string(stack)) : std::vector<StackFrame>();
}

}  // namespace proofload::js
