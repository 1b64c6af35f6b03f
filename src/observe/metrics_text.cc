#include "observe/metrics_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

namespace proofload::observe {
namespace {

constexpr std::size_t kLabelsMax = 64;  // of one series; no exporter has more than a dozen

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}
bool is_name_byte(char c) {
  return is_name_start(c) || (c >= '0' && c <= '9');
}

// Reads one line from its start; every read_ function leaves false or nothing on a mistake.
class LineReader {
 public:
  explicit LineReader(std::string_view line) : rest_(line) {}

  std::optional<MetricSample> read() {
    MetricSample sample;
    skip_blanks();
    read_name(sample.name);
    skip_blanks();
    if (take('{') && !read_labels(sample)) return std::nullopt;
    skip_blanks();
    if (sample.name.empty() || !read_value(sample.value)) return std::nullopt;
    return sample;
  }

 private:
  void skip_blanks() {
    const auto start = rest_.find_first_not_of(" \t");
    rest_.remove_prefix(start == std::string_view::npos ? rest_.size() : start);
  }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool read_name(std::string& name) {
    if (rest_.empty() || !is_name_start(rest_.front())) return false;
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_name_byte);
    name.assign(rest_.begin(), end);
    rest_.remove_prefix(name.size());
    return true;
  }

  bool read_quoted(std::string& text) {
    if (!take('"')) return false;
    while (!rest_.empty()) {
      char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return true;
      if (c == '\\') {
        if (rest_.empty()) return false;
        c = rest_.front() == 'n' ? '\n' : rest_.front();
        rest_.remove_prefix(1);
      }
      text += c;
    }
    return false;
  }

  // After the brace, up to and with the closing one.
  bool read_labels(MetricSample& sample) {
    while (true) {
      skip_blanks();
      if (take('}')) break;
      if (sample.labels.size() == kLabelsMax || !read_label(sample)) return false;
      skip_blanks();
      if (take(',')) continue;
      if (take('}')) break;
      return false;
    }
    const auto by_name = [](const auto& a, const auto& b) { return a.first < b.first; };
    const auto same_name = [](const auto& a, const auto& b) { return a.first == b.first; };
    std::stable_sort(sample.labels.begin(), sample.labels.end(), by_name);
    sample.labels.erase(std::unique(sample.labels.begin(), sample.labels.end(), same_name),
                        sample.labels.end());
    return true;
  }

  bool read_label(MetricSample& sample) {
    std::string name;
    std::string value;
    const bool is_quoted = rest_.starts_with('"');
    if (!(is_quoted ? read_quoted(name) : read_name(name)) || name.empty()) return false;
    skip_blanks();
    if (!take('=')) {  // a name in quotes inside the braces is the metric's
      if (!is_quoted || !sample.name.empty()) return false;
      sample.name = std::move(name);
      return true;
    }
    skip_blanks();
    if (!read_quoted(value)) return false;
    sample.labels.emplace_back(std::move(name), std::move(value));
    return true;
  }

  // What follows the value is a timestamp or an exemplar.
  bool read_value(double& value) {
    std::string_view token = rest_.substr(0, rest_.find_first_of(" \t"));
    if (token.starts_with('+')) token.remove_prefix(1);
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
    if (error == std::errc::result_out_of_range) {
      value = std::numeric_limits<double>::infinity();
    } else if (error != std::errc()) {
      return false;
    }
    return !token.empty() && end == token.data() + token.size();
  }

  std::string_view rest_;
};

std::string printable_start(std::string_view line) {
  constexpr std::size_t kShown = 60;
  std::string text(line.substr(0, kShown));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return text;
}

void read_line(std::string_view line, std::size_t samples_max, MetricsPage& page) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  const auto start = line.find_first_not_of(" \t");
  if (start == std::string_view::npos || line[start] == '#') return;
  auto sample = LineReader(line).read();
  if (!sample || page.samples.size() == samples_max) {
    if (page.bad_line_count++ == 0) page.first_bad_line = printable_start(line);
  } else if (!std::isfinite(sample->value)) {
    ++page.not_finite_count;
  } else {
    page.samples.push_back(*std::move(sample));
  }
}

}  // namespace

Result<MetricsPage> parse_metrics_text(std::string_view text, std::size_t samples_max) {
  MetricsPage page;
  while (!text.empty()) {
    const auto end = text.find('\n');
    read_line(text.substr(0, end), samples_max, page);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  if (page.bad_line_count > 0 && page.samples.empty() && page.not_finite_count == 0) {
    return Error(ErrorKind::kNetwork,
                 "no metrics: the page begins with \"" + page.first_bad_line + '"')
        .with_hint("name the address of the metrics page, mostly http://host:port/metrics");
  }
  return page;
}

}  // namespace proofload::observe
