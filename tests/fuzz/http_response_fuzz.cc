// The response parser must take any bytes in any pieces, and say the same however they are cut.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "http/response_parser.h"

namespace {

using proofload::http::ResponseHead;
using proofload::http::ResponseParser;

struct Reading {
  ResponseParser parser;
  ResponseHead head;
  std::string body;
};

// Feeds `bytes` in pieces of `piece` and closes.
void read(Reading& reading, std::string_view bytes, std::size_t piece) {
  reading.parser.start(reading.head, reading.body, {});
  while (!bytes.empty()) {
    const std::string_view now = bytes.substr(0, piece);
    const std::size_t taken = reading.parser.consume(now);
    PL_CHECK(taken <= now.size());
    if (taken < now.size()) break;
    bytes.remove_prefix(taken);
  }
  reading.parser.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = 1 + data[0] % 16;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  Reading whole;
  Reading cut;
  read(whole, bytes, bytes.size() + 1);
  read(cut, bytes, piece);
  PL_CHECK(whole.parser.state() == cut.parser.state());
  PL_CHECK(whole.parser.state() == ResponseParser::State::kDone ||
           whole.parser.state() == ResponseParser::State::kFailed);
  if (whole.parser.state() != ResponseParser::State::kDone) return 0;
  PL_CHECK(whole.body == cut.body);
  PL_CHECK(whole.head.text() == cut.head.text());
  PL_CHECK(whole.parser.keeps_alive() == cut.parser.keeps_alive());
  for (std::size_t i = 0; i < whole.head.header_count(); ++i) {
    PL_CHECK(whole.head.header(i).value == cut.head.header(i).value);
  }
  return 0;
}
