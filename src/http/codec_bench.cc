// What do reading a 341-byte response and writing a request cost, without any socket?
// Reading: 3,600 instructions, 0.35 us. Writing: 0.07 us for a repeated call, 2.9 us for a new URL.
#include <string>

#include <benchmark/benchmark.h>

#include "counted.h"
#include "http/prepared_request.h"
#include "http/response_parser.h"

namespace proofload::http {
namespace {

const std::string kResponse = [] {
  std::string text =
      "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Mon, 23 Nov 2026 14:00:08 GMT\r\n"
      "Content-Type: application/json\r\nContent-Length: 98\r\n"
      "Last-Modified: Mon, 23 Nov 2026 13:00:00 GMT\r\nConnection: keep-alive\r\n"
      "ETag: \"6563b2a0-62\"\r\nAccept-Ranges: bytes\r\n\r\n";
  text += std::string(98, 'x');
  return text;
}();

void read_response(benchmark::State& state) {
  ResponseParser parser;
  ResponseHead head;
  std::string body;
  for (auto _ : state) {
    parser.start(head, body, {});
    benchmark::DoNotOptimize(parser.consume(kResponse));
  }
  state.SetLabel(std::to_string(kResponse.size()) + " bytes");
}
BENCHMARK(read_response);
PL_COUNTED(read_response);

void write_repeated_request(benchmark::State& state) {
  const ClientOptions options;
  PreparedRequests requests(options);
  const Request request{.url = "http://127.0.0.1:8080/products?page=2"};
  std::string wire;
  for (auto _ : state) {
    const auto prepared = *requests.find_or_prepare(request);
    wire.clear();
    prepared->head.write({}, "", wire);
    benchmark::DoNotOptimize(wire.data());
  }
}
BENCHMARK(write_repeated_request);
PL_COUNTED(write_repeated_request);

void write_new_request(benchmark::State& state) {
  const ClientOptions options;
  PreparedRequests requests(options);
  std::string wire;
  std::string url = "http://127.0.0.1:8080/products/0000000";
  std::uint64_t number = 0;
  for (auto _ : state) {
    const std::string digits = std::to_string(1'000'000 + number++ % 9'000'000);
    url.replace(url.size() - digits.size(), digits.size(), digits);
    const auto prepared = *requests.find_or_prepare({.url = url});
    wire.clear();
    prepared->head.write({}, "", wire);
    benchmark::DoNotOptimize(wire.data());
  }
}
BENCHMARK(write_new_request);

}  // namespace
}  // namespace proofload::http
