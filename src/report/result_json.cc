#include "report/result_json.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "report/result_fields.h"
#include "report/timestamp.h"

namespace proofload::report {
namespace {

constexpr const char* kFailures = "failures";  // slower than every answer
constexpr double kNanosecondsPerMillisecond = 1e6;

class Writer {
 public:
  template <class Value>
  void operator()(const char* name, Value& value) {
    out_[name] = json_of(value);
  }
  Json take() { return std::move(out_); }

 private:
  static Json json_of(std::string& value) { return value; }
  static Json json_of(bool value) { return value; }
  static Json json_of(std::uint64_t value) { return value; }
  static Json json_of(std::int64_t value) { return value; }
  static Json json_of(double value) {
    if (std::isinf(value)) return kFailures;
    return value;
  }
  static Json json_of(Duration value) { return to_milliseconds(value); }
  static Json json_of(WallTime value) {
    if (value == WallTime{}) return nullptr;
    return rfc3339(value);
  }
  template <class Value>
  static Json json_of(std::optional<Value>& value) {
    if (!value) return nullptr;
    return json_of(*value);
  }
  template <class Element>
  static Json json_of(std::vector<Element>& elements) {
    Json out = Json::array();
    for (Element& element : elements) out.push_back(json_of(element));
    return out;
  }
  static Json json_of(std::vector<evidence::Second>& seconds) {
    Json columns = Json::object();
    for (evidence::Second& second : seconds) {
      const Json row = json_of(second);  // items() only points into it
      for (const auto& [name, value] : row.items()) columns[name].push_back(value);
    }
    return columns;
  }
  template <class Value>
  static Json json_of(Value& value) {
    if constexpr (std::is_enum_v<Value>) {
      return std::string(to_string(value));
    } else {
      Writer writer;
      fields(writer, value);
      return writer.take();
    }
  }

  Json out_ = Json::object();
};

// The value of the enum whose word is `word`.
template <class Enum>
std::optional<Enum> enum_of(std::string_view word, Enum last) {
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    if (to_string(static_cast<Enum>(i)) == word) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

evidence::SloState last_of(evidence::SloState) {
  return evidence::SloState::kInvalid;
}
evidence::SloLine last_of(evidence::SloLine) {
  return evidence::SloLine::kInvalid;
}
evidence::Readiness last_of(evidence::Readiness) {
  return evidence::Readiness::kInvalid;
}
evidence::ProfileState last_of(evidence::ProfileState) {
  return evidence::ProfileState::kSkipped;
}
evidence::CheckState last_of(evidence::CheckState) {
  return evidence::CheckState::kNotRun;
}
evidence::ItemState last_of(evidence::ItemState) {
  return evidence::ItemState::kWaived;
}
evidence::SignatureState last_of(evidence::SignatureState) {
  return evidence::SignatureState::kMissing;
}

// Reads fields of one object; the first problem is kept in `problem`, which all readers share.
class Reader {
 public:
  Reader(const Json& in, std::string path, std::optional<std::string>& problem)
      : in_(in), path_(std::move(path)), problem_(problem) {}

  template <class Value>
  void operator()(const char* name, Value& value) {
    const auto found = in_.find(name);
    if (found == in_.end()) return;
    read(*found, path_.empty() ? name : path_ + "." + name, value);
  }

 private:
  void expect(const std::string& path, const char* what) {
    if (!problem_) problem_ = fmt::format("{}: {} expected", path, what);
  }
  void read(const Json& in, const std::string& path, std::string& value) {
    if (!in.is_string()) return expect(path, "string");
    value = in.get<std::string>();
  }
  void read(const Json& in, const std::string& path, bool& value) {
    if (!in.is_boolean()) return expect(path, "true or false");
    value = in.get<bool>();
  }
  void read(const Json& in, const std::string& path, std::uint64_t& value) {
    if (!in.is_number_unsigned()) return expect(path, "count");
    value = in.get<std::uint64_t>();
  }
  void read(const Json& in, const std::string& path, std::int64_t& value) {
    if (!in.is_number_integer()) return expect(path, "whole number");
    value = in.get<std::int64_t>();
  }
  void read(const Json& in, const std::string& path, double& value) {
    if (in == kFailures) {
      value = std::numeric_limits<double>::infinity();
    } else if (in.is_number()) {
      value = in.get<double>();
    } else {
      expect(path, "number");
    }
  }
  void read(const Json& in, const std::string& path, Duration& value) {
    constexpr double kYears = 1e12;  // more milliseconds than a Duration's range is worth
    if (!in.is_number() || std::abs(in.get<double>()) > kYears) return expect(path, "milliseconds");
    value = Duration(std::llround(in.get<double>() * kNanosecondsPerMillisecond));
  }
  void read(const Json& in, const std::string& path, WallTime& value) {
    value = {};
    if (in.is_null()) return;
    const auto at = in.is_string() ? parse_rfc3339(in.get<std::string>()) : std::nullopt;
    if (!at) return expect(path, "time as in 2026-01-31T14:02:31Z");
    value = *at;
  }
  template <class Value>
  void read(const Json& in, const std::string& path, std::optional<Value>& value) {
    value.reset();
    if (!in.is_null()) read(in, path, value.emplace());
  }
  template <class Element>
  void read(const Json& in, const std::string& path, std::vector<Element>& elements) {
    if (!in.is_array()) return expect(path, "list");
    elements.clear();
    for (const Json& one : in) {
      const auto index = elements.size();
      read(one, fmt::format("{}[{}]", path, index), elements.emplace_back());
    }
  }
  void read(const Json& in, const std::string& path, std::vector<evidence::Second>& seconds) {
    if (!in.is_object()) return expect(path, "columns");
    Json rows = Json::array();
    for (const auto& [name, column] : in.items()) {
      if (!column.is_array()) return expect(fmt::format("{}.{}", path, name), "list");
      if (rows.empty()) rows = Json(column.size(), Json::object());
      if (rows.size() != column.size()) return expect(path, "columns of one length");
      for (std::size_t i = 0; i < column.size(); ++i) rows[i][name] = column[i];
    }
    seconds.assign(rows.size(), {});
    for (std::size_t i = 0; i < rows.size(); ++i) {
      read(rows[i], fmt::format("{}[{}]", path, i), seconds[i]);
    }
  }
  template <class Value>
  void read(const Json& in, const std::string& path, Value& value) {
    if constexpr (std::is_enum_v<Value>) {
      const auto known =
          in.is_string() ? enum_of(in.get<std::string>(), last_of(value)) : std::nullopt;
      if (!known) return expect(path, "one of the known states");
      value = *known;
    } else {
      if (!in.is_object()) return expect(path, "object");
      Reader reader(in, path, problem_);
      fields(reader, value);
    }
  }

  const Json& in_;
  std::string path_;
  std::optional<std::string>& problem_;
};

}  // namespace

std::string to_json(const evidence::Result& result) {
  evidence::Result copy = result;  // the list of fields is one for both directions
  Writer writer;
  Json out{{"schema_version", kResultSchemaVersion}};
  fields(writer, copy);
  out.update(writer.take());
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string failures_json(const evidence::Result& result) {
  evidence::Result copy{.failures = result.failures};
  Writer writer;
  fields(writer, copy);
  return writer.take().at("failures").dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<evidence::Result> result_from_json(std::string_view text) {
  const Json in = Json::parse(text, nullptr, false);
  if (in.is_discarded() || !in.is_object()) {
    return Error(ErrorKind::kInvalidConfig, "not a JSON object");
  }
  const auto version = in.find("schema_version");
  if (version == in.end() || *version != kResultSchemaVersion) {
    return Error(ErrorKind::kInvalidConfig, "schema_version: 1 expected");
  }
  evidence::Result result;
  std::optional<std::string> problem;
  Reader reader(in, "", problem);
  fields(reader, result);
  if (problem) return Error(ErrorKind::kInvalidConfig, *problem);
  return result;
}

}  // namespace proofload::report
