// HTTP/1.1 responses, read strictly and incrementally from whatever pieces the socket delivers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/headers.h"

namespace proofload::http {

// Status line and header fields, stored once, as received. Recycled: clear() keeps the memory.
class ResponseHead {
 public:
  int status() const { return status_; }
  bool is_http_1_0() const { return is_http_1_0_; }
  // "200 OK", as received. Valid until clear().
  std::string_view status_text() const;
  std::size_t header_count() const { return fields_.size(); }
  // As received: name in the server's spelling, value without surrounding blanks.
  Header header(std::size_t index) const;
  // The first value of `name`, any case.
  std::optional<std::string_view> find(std::string_view name) const;
  // All bytes of the head, with line ends, without the empty line.
  std::string_view text() const { return text_; }
  bool has_set_cookie() const { return has_set_cookie_; }
  bool has_content_encoding() const { return has_content_encoding_; }

  void clear();

 private:
  friend class ResponseParser;
  struct Field {
    std::uint32_t name_begin = 0;
    std::uint32_t name_bytes = 0;
    std::uint32_t value_begin = 0;
    std::uint32_t value_bytes = 0;
  };
  std::string text_;
  std::vector<Field> fields_;
  std::uint32_t status_text_begin_ = 0;
  std::uint32_t status_text_bytes_ = 0;
  int status_ = 0;
  bool is_http_1_0_ = false;
  bool has_set_cookie_ = false;
  bool has_content_encoding_ = false;
};

// Reads one response after another on a connection. Allocates only while `head` and `body` grow
// past what they held before.
//
// Stricter than Go where two readers could disagree about where a message ends (request smuggling,
// RFC 9112 §6.3): Content-Length beside Transfer-Encoding, differing Content-Lengths, any transfer
// coding but a single `chunked`, line folding, blanks before a colon, bare CR, are all refused.
class ResponseParser {
 public:
  // As Go's default limit.
  static constexpr std::size_t kHeadBytesMax = 10u << 20;
  static constexpr std::size_t kHeaderCountMax = 10'000;
  // A chunk-size line with its extensions, or one trailer line.
  static constexpr std::size_t kChunkLineBytesMax = 4096;
  // Content-Length is a promise by the server, not a reason to reserve memory at once.
  static constexpr std::size_t kBodyReserveMax = 1u << 20;

  enum class State : std::uint8_t { kIdle, kHead, kBody, kDone, kFailed };

  struct Expectation {
    bool is_head = false;    // the request was HEAD: no body follows whatever the head says
    bool keeps_body = true;  // false counts body bytes without storing them
    bool is_connect =
        false;  // the request was CONNECT: a 2xx has no body, what follows is a tunnel
  };

  // Prepares for the next response. Both are cleared, and must stay until kDone or kFailed.
  void start(ResponseHead& head, std::string& body, Expectation expectation);

  // Takes bytes and returns how many belonged to this response; fewer than given only at kDone or
  // kFailed. 1xx responses are skipped, but 101 ends the response (what follows is another
  // protocol).
  std::size_t consume(std::string_view bytes);

  // The peer closed. Ends a body that is delimited by the close; else a failure with "unexpected
  // EOF" (or "EOF" if no byte of a response has come).
  void finish();

  State state() const { return state_; }
  bool has_head() const { return has_head_; }
  // Any byte of this response, 1xx included, has come.
  bool has_bytes() const { return has_bytes_; }
  // Body bytes so far, after removing chunked framing.
  std::uint64_t body_bytes() const { return body_bytes_; }
  // At kDone: whether the connection may carry another request.
  bool keeps_alive() const { return keeps_alive_; }
  // At kFailed: what was wrong, in Go's words where Go has any.
  const std::string& error() const { return error_; }
  // At kFailed: the connection ended too early, rather than broke the protocol.
  bool is_truncated() const { return is_truncated_; }

 private:
  enum class Body : std::uint8_t {
    kLength,
    kUntilClose,
    kChunkSize,
    kChunkData,
    kChunkEnd,
    kTrailer
  };

  std::size_t consume_head(std::string_view bytes);
  bool parse_lines(std::string_view text);
  bool parse_status_line(std::string_view line);
  bool parse_field(std::string_view line, std::size_t begin);
  bool note_framing(std::string_view name, std::string_view value);
  bool note_content_length(std::string_view value);
  void restart_head();
  void finish_head();
  void begin_body();
  std::size_t consume_body(std::string_view bytes);
  std::size_t consume_data(std::string_view bytes);
  std::size_t consume_framing(std::string_view bytes);
  void end_framing_line();
  void begin_chunk();
  void store(std::string_view bytes);
  bool fail(std::string text);

  ResponseHead* head_ = nullptr;
  std::string* body_ = nullptr;
  Expectation expectation_;
  State state_ = State::kIdle;
  Body body_kind_ = Body::kLength;
  bool has_head_ = false;
  bool has_bytes_ = false;
  bool keeps_alive_ = false;
  bool is_truncated_ = false;
  bool has_content_length_ = false;
  bool is_chunked_ = false;
  bool says_close_ = false;
  bool says_keep_alive_ = false;
  std::size_t line_begin_ = 0;     // offset in the head of the first line not parsed yet
  std::size_t scanned_ = 0;        // offset up to which no line end was found
  std::size_t skipped_bytes_ = 0;  // of 1xx heads and trailers; they count against the limit
  std::uint64_t content_length_ = 0;
  std::uint64_t body_left_ = 0;
  std::uint64_t body_bytes_ = 0;
  std::string line_;  // a chunk-size or trailer line that has not ended yet
  std::string error_;
};

}  // namespace proofload::http
