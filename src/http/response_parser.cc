#include "http/response_parser.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "http/quote.h"

namespace proofload::http {
namespace {

// An idle connection must not hold on to the memory of one large answer.
constexpr std::size_t kKeptHeadBytes = 64 << 10;

bool contains(std::string_view text, char c) {
  return !text.empty() && std::memchr(text.data(), c, text.size()) != nullptr;
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string_view ResponseHead::status_text() const {
  return std::string_view(text_).substr(status_text_begin_, status_text_bytes_);
}

Header ResponseHead::header(std::size_t index) const {
  const Field& field = fields_[index];
  const std::string_view all = text_;
  return {all.substr(field.name_begin, field.name_bytes),
          all.substr(field.value_begin, field.value_bytes)};
}

std::optional<std::string_view> ResponseHead::find(std::string_view name) const {
  for (const Field& field : fields_) {
    if (field.name_bytes != name.size()) continue;
    const std::string_view all = text_;
    if (equals_ignoring_case(all.substr(field.name_begin, field.name_bytes), name)) {
      return all.substr(field.value_begin, field.value_bytes);
    }
  }
  return std::nullopt;
}

void ResponseHead::clear() {
  if (text_.capacity() > kKeptHeadBytes) {
    text_ = {};
    fields_ = {};
  }
  text_.clear();
  fields_.clear();
  status_text_begin_ = status_text_bytes_ = 0;
  status_ = 0;
  is_http_1_0_ = has_set_cookie_ = has_content_encoding_ = false;
}

void ResponseParser::start(ResponseHead& head, std::string& body, Expectation expectation) {
  head_ = &head;
  body_ = &body;
  body.clear();
  expectation_ = expectation;
  state_ = State::kHead;
  has_bytes_ = is_truncated_ = false;
  skipped_bytes_ = 0;
  body_bytes_ = 0;
  line_.clear();
  error_.clear();
  restart_head();
}

void ResponseParser::restart_head() {
  head_->clear();
  has_head_ = keeps_alive_ = false;
  has_content_length_ = is_chunked_ = says_close_ = says_keep_alive_ = false;
  line_begin_ = scanned_ = 0;
}

std::size_t ResponseParser::consume(std::string_view bytes) {
  std::size_t taken = 0;
  if (!bytes.empty()) has_bytes_ = true;
  while (taken < bytes.size() && (state_ == State::kHead || state_ == State::kBody)) {
    const std::string_view rest = bytes.substr(taken);
    taken += state_ == State::kHead ? consume_head(rest) : consume_body(rest);
  }
  return taken;
}

void ResponseParser::finish() {
  if (state_ == State::kBody && body_kind_ == Body::kUntilClose) {
    state_ = State::kDone;
  } else if (state_ == State::kHead || state_ == State::kBody) {
    is_truncated_ = true;
    fail(has_bytes_ ? "unexpected EOF" : "EOF");
  }
}

std::size_t ResponseParser::consume_head(std::string_view bytes) {
  std::string& text = head_->text_;
  const std::size_t before = text.size();
  if (before != 0) text += bytes;
  // The usual case, a head in one piece, is parsed where it lies and copied once.
  const bool is_complete = parse_lines(before == 0 ? bytes : std::string_view(text));
  if (state_ == State::kFailed) return 0;
  if (!is_complete) {
    if (before == 0) text = bytes;
    return bytes.size();
  }
  const std::size_t taken = line_begin_ - before;
  if (before == 0) {
    text = bytes.substr(0, line_begin_);
  } else {
    text.resize(line_begin_);
  }
  text.resize(line_begin_ - (text.ends_with("\r\n") ? 2 : 1));  // the empty line
  if (contains(text, '\0')) {
    fail("malformed MIME header: a NUL byte");
    return taken;
  }
  finish_head();
  return taken;
}

// True when the empty line was reached; line_begin_ is then behind it.
bool ResponseParser::parse_lines(std::string_view text) {
  while (true) {
    const std::size_t from = std::max(line_begin_, scanned_);
    const void* found = std::memchr(text.data() + from, '\n', text.size() - from);
    scanned_ = found == nullptr
                   ? text.size()
                   : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
    if (scanned_ + skipped_bytes_ > kHeadBytesMax) {
      return fail(fmt::format("net/http: server response headers exceeded {} bytes; aborted",
                              kHeadBytesMax));
    }
    if (found == nullptr) return false;

    std::string_view line = text.substr(line_begin_, scanned_ - line_begin_);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t begin = line_begin_;
    line_begin_ = scanned_ + 1;
    if (begin == 0) {
      if (!parse_status_line(line)) return false;
    } else if (line.empty()) {
      return true;
    } else if (!parse_field(line, begin)) {
      return false;
    }
  }
}

bool ResponseParser::parse_status_line(std::string_view line) {
  const auto space = line.find(' ');
  if (space == std::string_view::npos || contains(line, '\r')) {
    return fail(fmt::format("malformed HTTP response {}", quote(line)));
  }
  const std::string_view version = line.substr(0, space);
  std::size_t begin = space;
  while (begin < line.size() && line[begin] == ' ') ++begin;
  const std::string_view status = line.substr(begin);
  const std::string_view code = status.substr(0, status.find(' '));
  if (code.size() != 3 || !is_digits(code)) {
    return fail(fmt::format("malformed HTTP status code {}", quote(code)));
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return fail(fmt::format("malformed HTTP version {}", quote(version)));
  }
  head_->status_ = (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0');
  if (head_->status_ < 100) {
    return fail(fmt::format("malformed HTTP status code {}", quote(code)));
  }
  head_->is_http_1_0_ = version.back() == '0';
  head_->status_text_begin_ = static_cast<std::uint32_t>(begin);
  head_->status_text_bytes_ = static_cast<std::uint32_t>(status.size());
  return true;
}

bool ResponseParser::parse_field(std::string_view line, std::size_t begin) {
  const std::string_view name = leading_token(line);
  if (name.empty() || name.size() == line.size() || line[name.size()] != ':' ||
      contains(line, '\r')) {
    return fail(fmt::format("malformed MIME header line: {}", line));
  }
  if (head_->fields_.size() == kHeaderCountMax) {
    return fail(fmt::format("response has more than {} header fields", kHeaderCountMax));
  }
  std::size_t value_begin = name.size() + 1;
  std::size_t value_end = line.size();
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (value_begin < value_end && is_blank(line[value_begin])) ++value_begin;
  while (value_end > value_begin && is_blank(line[value_end - 1])) --value_end;
  head_->fields_.push_back({static_cast<std::uint32_t>(begin),
                            static_cast<std::uint32_t>(name.size()),
                            static_cast<std::uint32_t>(begin + value_begin),
                            static_cast<std::uint32_t>(value_end - value_begin)});
  return note_framing(name, line.substr(value_begin, value_end - value_begin));
}

// What a field says about the body's end and the connection's future.
bool ResponseParser::note_framing(std::string_view name, std::string_view value) {
  // Few lengths and first letters are of interest; the others are not worth a comparison.
  const char first = static_cast<char>(name[0] | 0x20);
  if (first != 'c' && first != 's' && first != 't') return true;
  switch (name.size()) {
    case 10:
      if (equals_ignoring_case(name, "Connection")) {
        says_close_ = says_close_ || has_list_token(value, "close");
        says_keep_alive_ = says_keep_alive_ || has_list_token(value, "keep-alive");
      } else if (equals_ignoring_case(name, "Set-Cookie")) {
        head_->has_set_cookie_ = true;
      }
      return true;
    case 14:
      return !equals_ignoring_case(name, "Content-Length") || note_content_length(value);
    case 16:
      if (equals_ignoring_case(name, "Content-Encoding")) head_->has_content_encoding_ = true;
      return true;
    case 17:
      if (!equals_ignoring_case(name, "Transfer-Encoding")) return true;
      if (is_chunked_ || head_->is_http_1_0_ || !equals_ignoring_case(value, "chunked")) {
        return fail(fmt::format("unsupported transfer encoding: {}", quote(value)));
      }
      is_chunked_ = true;
      return true;
    default:
      return true;
  }
}

bool ResponseParser::note_content_length(std::string_view value) {
  std::uint64_t length = 0;
  const char* const end = value.data() + value.size();
  const auto [parsed_to, error] = std::from_chars(value.data(), end, length);
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (error != std::errc() || parsed_to != end || length > kMax) {
    return fail(fmt::format("bad Content-Length {}", quote(value)));
  }
  if (has_content_length_ && length != content_length_) {
    return fail(
        fmt::format("http: message cannot contain multiple Content-Length headers; got [{} {}]",
                    content_length_, length));
  }
  has_content_length_ = true;
  content_length_ = length;
  return true;
}

void ResponseParser::finish_head() {
  const int status = head_->status_;
  if (has_content_length_ && is_chunked_) {
    fail("both Content-Length and Transfer-Encoding in one response");
    return;
  }
  if (status < 200 && status != 101) {
    skipped_bytes_ += line_begin_;
    restart_head();
    return;
  }
  has_head_ = true;
  keeps_alive_ = head_->is_http_1_0_ ? says_keep_alive_ && !says_close_ : !says_close_;
  const bool is_tunnel = expectation_.is_connect && status < 300;
  if (status == 101 || is_tunnel) {
    keeps_alive_ = false;
    state_ = State::kDone;
  } else if (expectation_.is_head || status == 204 || status == 304) {
    state_ = State::kDone;
  } else {
    begin_body();
  }
}

void ResponseParser::begin_body() {
  state_ = State::kBody;
  if (is_chunked_) {
    body_kind_ = Body::kChunkSize;
  } else if (has_content_length_) {
    body_kind_ = Body::kLength;
    body_left_ = content_length_;
    if (body_left_ == 0) state_ = State::kDone;
    if (expectation_.keeps_body) {
      body_->reserve(std::min<std::uint64_t>(content_length_, kBodyReserveMax));
    }
  } else {
    body_kind_ = Body::kUntilClose;
    keeps_alive_ = false;
  }
}

std::size_t ResponseParser::consume_body(std::string_view bytes) {
  switch (body_kind_) {
    case Body::kUntilClose:
      store(bytes);
      return bytes.size();
    case Body::kLength:
    case Body::kChunkData:
      return consume_data(bytes);
    case Body::kChunkSize:
    case Body::kChunkEnd:
    case Body::kTrailer:
      return consume_framing(bytes);
  }
  return 0;
}

std::size_t ResponseParser::consume_data(std::string_view bytes) {
  const std::size_t taken = std::min<std::uint64_t>(bytes.size(), body_left_);
  store(bytes.substr(0, taken));
  body_left_ -= taken;
  if (body_left_ == 0) {
    if (body_kind_ == Body::kLength) {
      state_ = State::kDone;
    } else {
      body_kind_ = Body::kChunkEnd;
    }
  }
  return taken;
}

// Collects one line of the chunked framing; it ends with CRLF and nothing else.
std::size_t ResponseParser::consume_framing(std::string_view bytes) {
  const auto lf = bytes.find('\n');
  const std::size_t taken = lf == std::string_view::npos ? bytes.size() : lf + 1;
  if (line_.size() + taken > kChunkLineBytesMax) {
    fail("header line too long");
    return 0;
  }
  line_ += bytes.substr(0, taken);
  if (lf != std::string_view::npos) end_framing_line();
  return taken;
}

void ResponseParser::end_framing_line() {
  if (!line_.ends_with("\r\n") || std::string_view(line_).find('\r') != line_.size() - 2) {
    fail("malformed chunked encoding");
    return;
  }
  line_.resize(line_.size() - 2);
  switch (body_kind_) {
    case Body::kChunkSize:
      begin_chunk();
      break;
    case Body::kChunkEnd:
      if (line_.empty()) {
        body_kind_ = Body::kChunkSize;
      } else {
        fail("malformed chunked encoding");
      }
      break;
    default:
      skipped_bytes_ += line_.size();
      if (line_.empty()) {
        state_ = State::kDone;
      } else if (skipped_bytes_ > kHeadBytesMax) {
        fail("http: suspiciously long trailer after chunked body");
      }
  }
  line_.clear();
}

// `line_` is a size in hexadecimal digits and perhaps `;extensions`.
void ResponseParser::begin_chunk() {
  const std::string_view size = trim(std::string_view(line_).substr(0, line_.find(';')));
  std::uint64_t value = 0;
  const char* const end = size.data() + size.size();
  const auto [parsed_to, error] = std::from_chars(size.data(), end, value, 16);
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (error == std::errc::result_out_of_range || value > kMax) {
    fail("http chunk length too large");
  } else if (error != std::errc() || parsed_to != end) {
    fail("invalid byte in chunk length");
  } else {
    body_left_ = value;
    body_kind_ = value == 0 ? Body::kTrailer : Body::kChunkData;
  }
}

void ResponseParser::store(std::string_view bytes) {
  body_bytes_ += bytes.size();
  if (expectation_.keeps_body) body_->append(bytes);
}

bool ResponseParser::fail(std::string text) {
  state_ = State::kFailed;
  keeps_alive_ = false;
  error_ = std::move(text);
  return false;
}

}  // namespace proofload::http
