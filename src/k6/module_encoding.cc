// k6/encoding, and the globals TextEncoder and TextDecoder.
#include "k6/bytes.h"
#include "k6/modules.h"
#include "k6/text_decoder.h"
#include "k6/vu_state.h"

namespace proofload::k6 {
namespace {

using js::Call;
using js::Value;

// An unknown name means "std", as in k6.
Base64Form form_of(js::Context& context, js::ValueRef value) {
  if (value.is_nullish()) return Base64Form::kStd;
  const std::string name = context.to_std_string(value);
  if (name == "rawstd") return Base64Form::kRawStd;
  if (name == "url") return Base64Form::kUrl;
  if (name == "rawurl") return Base64Form::kRawUrl;
  return Base64Form::kStd;
}

Value b64encode(const Call& call) {
  const auto bytes = bytes_from(call.context, call.args[0]);
  if (!bytes) return Value::exception();
  return call.context.new_string(encode_base64(*bytes, form_of(call.context, call.args[1])));
}

Value b64decode(const Call& call) {
  const js::Utf8 text = call.context.to_utf8(call.args[0]);
  if (!text) return Value::exception();
  const auto bytes = decode_base64(text.view(), form_of(call.context, call.args[1]));
  if (!bytes) return throw_go_error(call.context, bytes.error().message());
  const bool wants_text =
      !call.args[2].is_nullish() && call.context.to_std_string(call.args[2]) == "s";
  if (wants_text) return call.context.new_string(*bytes);
  return call.context.new_array_buffer(std::as_bytes(std::span(*bytes)));
}

constexpr js::FunctionSpec kEncodingFunctions[] = {
    {.name = "b64encode", .function = b64encode, .length = 2},
    {.name = "b64decode", .function = b64decode, .length = 3},
};

// TextEncoder has no state; its opaque is only there to tell instances from other objects.
Value new_text_encoder(const Call& call) {
  return call.context.new_object(*ScriptHost::current().classes().text_encoder, nullptr);
}

Value text_encode(const Call& call) {
  if (call.args[0].is_undefined()) return call.context.new_uint8_array({});
  const js::Utf8 text = call.context.to_utf8(call.args[0]);
  if (!text) return Value::exception();
  return call.context.new_uint8_array(std::as_bytes(std::span(text.view())));
}

Value get_encoding(const Call& call) {
  return call.context.new_string("utf-8");
}

TextDecoder* decoder_of(const Call& call) {
  return ScriptHost::current().classes().text_decoder->unwrap_as<TextDecoder>(call.self);
}

bool option_flag(js::Context& context, js::ValueRef options, std::string_view name) {
  return options.is_object() && context.get(options, name).truthy();
}

Value new_text_decoder(const Call& call) {
  const std::string label =
      call.args[0].is_undefined() ? "utf-8" : call.context.to_std_string(call.args[0]);
  const auto encoding = parse_text_encoding(label);
  if (!encoding) {
    return call.context.throw_range_error("unsupported encoding: " + label);
  }
  auto decoder = std::make_unique<TextDecoder>(
      TextDecoder::Options{.encoding = *encoding,
                           .is_fatal = option_flag(call.context, call.args[1], "fatal"),
                           .ignores_bom = option_flag(call.context, call.args[1], "ignoreBOM")});
  return call.context.new_object(*ScriptHost::current().classes().text_decoder, decoder.release());
}

Value text_decode(const Call& call) {
  TextDecoder* decoder = decoder_of(call);
  if (!decoder) return call.context.throw_type_error("not a TextDecoder");
  std::span<std::byte> bytes;
  if (!call.args[0].is_undefined()) {
    const auto given = call.context.bytes_of(call.args[0]);
    if (!given) return call.context.throw_type_error("expected an ArrayBuffer or a view of one");
    bytes = *given;
  }
  const auto text = decoder->decode({reinterpret_cast<const char*>(bytes.data()), bytes.size()},
                                    option_flag(call.context, call.args[1], "stream"));
  if (!text) return call.context.throw_type_error("the encoded data was not valid");
  return call.context.new_string(*text);
}

enum class DecoderField : std::uint8_t { kEncoding, kFatal, kIgnoreBom };

Value get_decoder(const Call& call) {
  const TextDecoder* decoder = decoder_of(call);
  if (!decoder) return Value();
  switch (static_cast<DecoderField>(call.magic)) {
    case DecoderField::kEncoding:
      return call.context.new_string(to_string(decoder->options().encoding));
    case DecoderField::kFatal:
      return Value::boolean(decoder->options().is_fatal);
    case DecoderField::kIgnoreBom:
      return Value::boolean(decoder->options().ignores_bom);
  }
  return Value();
}

constexpr js::FunctionSpec kEncoderMethods[] = {
    {.name = "encode", .function = text_encode, .length = 1}};
constexpr js::AccessorSpec kEncoderFields[] = {{.name = "encoding", .get = get_encoding}};
constexpr js::FunctionSpec kDecoderMethods[] = {
    {.name = "decode", .function = text_decode, .length = 2}};
constexpr js::AccessorSpec kDecoderFields[] = {
    {.name = "encoding", .get = get_decoder, .magic = static_cast<int>(DecoderField::kEncoding)},
    {.name = "fatal", .get = get_decoder, .magic = static_cast<int>(DecoderField::kFatal)},
    {.name = "ignoreBOM", .get = get_decoder, .magic = static_cast<int>(DecoderField::kIgnoreBom)},
};

}  // namespace

void register_encoding(ModuleSetup& setup) {
  setup.add_module_with_default("k6/encoding", setup.functions(kEncodingFunctions));
  setup.classes.text_encoder = &setup.js.add_class({.name = "TextEncoder",
                                                    .construct = new_text_encoder,
                                                    .methods = kEncoderMethods,
                                                    .accessors = kEncoderFields});
  setup.classes.text_decoder = &setup.js.add_class(
      {.name = "TextDecoder",
       .construct = new_text_decoder,
       .construct_length = 2,
       .release = [](void* opaque) { delete static_cast<TextDecoder*>(opaque); },
       .methods = kDecoderMethods,
       .accessors = kDecoderFields});
  setup.js.add_global("TextEncoder", Value(setup.classes.text_encoder->constructor()));
  setup.js.add_global("TextDecoder", Value(setup.classes.text_decoder->constructor()));
}

}  // namespace proofload::k6
