// HttpCall: one http.* call of a script while it is under way: request, tags, samples, answer.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/trace_context.h"
#include "http/client.h"
#include "http/expected_statuses.h"
#include "http/request.h"
#include "http/response.h"
#include "js/context.h"
#include "k6/request_traces.h"
#include "k6/vu_state.h"
#include "metrics/tag_set.h"

namespace proofload::k6 {

// What response.* is made of. Pooled by its class: a script makes one with each request.
struct ResponseData {
  http::Response response;
  std::string method;
  std::string url;  // as asked for
  std::string request_body;
  http::ResponseType type = http::ResponseType::kText;
  // What the request points into until it has ended; here for its memory to be used again.
  std::vector<js::Utf8> request_texts;
};

// Owns everything a Request points to, and turns its hops into samples. Lives from the call to the
// answer: on the stack of http.get, on the heap for asyncRequest.
class HttpCall final : public http::HopObserver {
 public:
  explicit HttpCall(Vu::State& vu) : vu_(vu) {}
  HttpCall(const HttpCall&) = delete;
  HttpCall& operator=(const HttpCall&) = delete;

  // Reads a script's arguments. False: an exception is pending, or refused() says why there is no
  // request (only a warning, unless `throw` is on).
  struct Arguments {
    js::ValueRef method;  // a string
    js::ValueRef url;
    js::ValueRef body;
    js::ValueRef params;
  };
  bool prepare(const Arguments& arguments);

  const http::Request& request() const { return request_; }
  http::Response& response() { return data_->response; }
  bool throws_errors() const { return throws_; }
  // What keeps a call from being made although no exception is pending; empty otherwise.
  const std::string& refusal() const { return refusal_; }

  // After the call: the Response object, or an exception (stopped, thrown by `throw`, 101). Logs
  // what k6 logs.
  js::Value finish();
  // The same for a call refused by prepare().
  js::Value finish_refused();

  void on_hop(const http::Hop& hop) override;
  void on_warning(std::string_view message, std::string_view url) override;
  void on_dump(std::string_view text, std::string_view request_id) override;

 private:
  std::vector<js::Utf8>& texts() { return data_->request_texts; }
  js::Value new_response();
  bool read_url(js::ValueRef url);
  bool read_body(js::ValueRef body);
  bool read_form(js::ValueRef form);
  bool read_multipart(js::ValueRef form);
  bool read_params(js::ValueRef params);
  bool read_param(std::string_view name, js::ValueRef value);
  bool read_headers(js::ValueRef headers);
  bool read_cookies(js::ValueRef cookies);
  bool read_tags(js::ValueRef tags);
  bool read_timeout(js::ValueRef value);
  bool read_response_type(js::ValueRef value);
  bool read_compression(js::ValueRef value);
  bool read_auth(js::ValueRef value);
  bool read_callback(js::ValueRef value);
  bool read_jar(js::ValueRef value);
  bool refuse(std::string reason);
  // Keeps a string of the script alive for the call; empty on an exception.
  std::string_view keep(js::ValueRef value, bool& ok);
  void count_for_service(const http::Hop& hop);
  void record_endpoint(const http::Hop& hop, bool is_expected);
  void ask_for_trace();
  void note_trace();
  void note_answer();
  void note_version();
  void set_hop_tags(const http::Hop& hop, bool is_expected, metrics::TagBuilder& builder) const;

  Vu::State& vu_;
  http::Request request_;
  std::unique_ptr<ResponseData> data_;
  std::vector<http::Header> headers_;
  std::vector<http::RequestCookie> cookies_;
  std::vector<http::Compression> compressions_;
  std::string body_;          // forms and bytes
  std::string content_type_;  // of a form
  std::string name_;          // the `name` tag, if the script gave one
  bool has_name_ = false;
  const metrics::TagSet* base_tags_ = nullptr;
  std::vector<std::pair<std::string, std::string>> tags_;  // of the params
  const http::ExpectedStatuses* expected_ = nullptr;       // null: no http_req_failed
  js::Value callback_;                                     // keeps `expected_` alive
  metrics::SampleOrigin origin_;
  TraceParent traceparent_;
  TracedRequest traced_;  // its id is 0 when it does not ask to be traced
  bool throws_ = false;
  std::string refusal_;
};

// Registration of the classes that live in files of their own.
void register_http_response(ModuleSetup& setup);
void register_http_cookies(ModuleSetup& setup, std::vector<js::NativeExport>& exports);

// Takes and returns ResponseData without allocating in the steady state. Thread-bound.
std::unique_ptr<ResponseData> take_response_data();

// http.file()'s object, or null.
struct FileData {
  std::string data;
  bool is_text = false;  // given as a string
  std::string filename;
  std::string content_type;
};
const FileData* file_data_of(js::ValueRef value);

// http.url`...`'s object, or null.
struct NamedUrl {
  std::string url;
  std::string name;
};
const NamedUrl* named_url_of(js::ValueRef value);

}  // namespace proofload::k6
