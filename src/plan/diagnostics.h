// What is wrong with a plan: every mistake, with its place, all at once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace proofload::plan {

// In a file, both from 1; a column counts bytes.
struct Place {
  int line = 1;
  int column = 1;

  friend bool operator==(const Place&, const Place&) = default;
  friend bool operator<(const Place& a, const Place& b) {
    return a.line != b.line ? a.line < b.line : a.column < b.column;
  }
};

struct Diagnostic {
  enum class Severity : std::uint8_t { kWarning, kError };

  Severity severity = Severity::kError;
  Place place;
  std::string message;  // what is wrong, and what was expected
  std::string hint;     // what to do; may be empty
};

class Diagnostics {
 public:
  void error(Place place, std::string message, std::string hint = {});
  void warning(Place place, std::string message, std::string hint = {});

  bool has_errors() const { return error_count_ > 0; }
  std::size_t error_count() const { return error_count_; }
  // In the order of their places.
  const std::vector<Diagnostic>& all() const { return all_; }

  // Each as compilers print it: `NAME:LINE:COLUMN: error: MESSAGE`, the line of `source` with a
  // caret under the column, the hint.
  std::string render(std::string_view name, std::string_view source) const;

 private:
  void add(Diagnostic diagnostic);

  std::vector<Diagnostic> all_;
  std::size_t error_count_ = 0;
};

// The candidate that `word` is probably a misspelling of; empty when none is near.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace proofload::plan
