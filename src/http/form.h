// Bodies of HTML forms: urlencoded, and multipart with files.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace proofload::http {

// Keys in order of their bytes, values of one key in the order given: as Go's url.Values.Encode.
std::string encode_form(std::vector<std::pair<std::string, std::string>> fields);

// Writes multipart/form-data as Go's mime/multipart does.
class MultipartWriter {
 public:
  // `boundary` must not occur in the parts; random_boundary() makes one.
  explicit MultipartWriter(std::string boundary) : boundary_(std::move(boundary)) {}

  void add_field(std::string_view name, std::string_view value);
  void add_file(std::string_view name, std::string_view filename, std::string_view content_type,
                std::string_view content);
  // Ends the body; call once, last.
  std::string finish();
  // The header that goes with it: "multipart/form-data; boundary=...".
  std::string content_type() const { return "multipart/form-data; boundary=" + boundary_; }

 private:
  void begin_part();

  std::string boundary_;
  std::string body_;
};

// 60 hexadecimal digits from the system's random generator, as Go.
std::string random_boundary();

}  // namespace proofload::http
