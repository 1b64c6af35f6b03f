#include "plan/diagnostics.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

namespace proofload::plan {
namespace {

constexpr std::size_t kLineMax = 160;  // of a source line that is shown

std::string_view line_of(std::string_view source, int line) {
  for (int i = 1; i < line; ++i) {
    const std::size_t end = source.find('\n');
    if (end == std::string_view::npos) return {};
    source.remove_prefix(end + 1);
  }
  return source.substr(0, source.find_first_of("\r\n"));
}

// Spaces of the width of what stands before the column: tabs stay tabs, continuation bytes of UTF-8
// take no room.
std::string indent_to(std::string_view line, int column) {
  std::string indent;
  for (const char byte : line.substr(0, static_cast<std::size_t>(column - 1))) {
    const bool is_continuation = (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
    if (byte == '\t') {
      indent += '\t';
    } else if (!is_continuation) {
      indent += ' ';
    }
  }
  return indent;
}

// Levenshtein's distance, with two neighbours swapped counted as one step.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::vector<std::size_t> next(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = row[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      next[j] = std::min({row[j] + 1, next[j - 1] + 1, changed});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        next[j] = std::min(next[j], before[j - 2] + 1);
      }
    }
    before.swap(row);
    row.swap(next);
  }
  return row[b.size()];
}

}  // namespace

void Diagnostics::error(Place place, std::string message, std::string hint) {
  ++error_count_;
  add({Diagnostic::Severity::kError, place, std::move(message), std::move(hint)});
}

void Diagnostics::warning(Place place, std::string message, std::string hint) {
  add({Diagnostic::Severity::kWarning, place, std::move(message), std::move(hint)});
}

void Diagnostics::add(Diagnostic diagnostic) {
  const auto after =
      std::upper_bound(all_.begin(), all_.end(), diagnostic,
                       [](const Diagnostic& a, const Diagnostic& b) { return a.place < b.place; });
  all_.insert(after, std::move(diagnostic));
}

std::string Diagnostics::render(std::string_view name, std::string_view source) const {
  std::string out;
  for (const Diagnostic& one : all_) {
    const bool is_error = one.severity == Diagnostic::Severity::kError;
    out += fmt::format("{}:{}:{}: {}: {}\n", name, one.place.line, one.place.column,
                       is_error ? "error" : "warning", one.message);
    const std::string_view line = line_of(source, one.place.line);
    if (!line.empty() && static_cast<std::size_t>(one.place.column) <= kLineMax) {
      out += fmt::format("{:5} | {}\n      | {}^\n", one.place.line, line.substr(0, kLineMax),
                         indent_to(line, one.place.column));
    }
    if (!one.hint.empty()) out += "        " + one.hint + "\n";
  }
  return out;
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  // Two slips in a long word, one in a short one.
  std::size_t best = word.size() > 4 ? 3 : 2;
  std::string_view found;
  if (word.size() > 64) return found;
  for (const std::string_view candidate : candidates) {
    const std::size_t steps = distance(word, candidate);
    if (steps < best) {
      best = steps;
      found = candidate;
    }
  }
  return found;
}

}  // namespace proofload::plan
