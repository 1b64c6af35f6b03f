// Fills in the functions of a table row from a struct member and the codec of its value.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "options/codec.h"
#include "options/option_table.h"
#include "options/value_codecs.h"

namespace proofload::options {

// The member is std::optional<Codec::Value>, save for DnsOptions, whose parts are optional.
template <class Value>
bool is_present(const std::optional<Value>& member) {
  return member.has_value();
}
inline bool is_present(const DnsOptions& dns) {
  return dns.ttl || dns.select || dns.policy;
}

template <class Value>
const Value& value_of(const std::optional<Value>& member) {
  return *member;
}
inline const DnsOptions& value_of(const DnsOptions& dns) {
  return dns;
}

template <class Value>
void merge(const std::optional<Value>& over, std::optional<Value>& member) {
  if (over) member = over;
}
inline void merge(const DnsOptions& over, DnsOptions& member) {
  merge(over.ttl, member.ttl);
  merge(over.select, member.select);
  merge(over.policy, member.policy);
}

template <class Target, auto kMember, class Codec>
struct RowFunctions {
  template <class Read>
  static Result<void> set(Read read, Target& target) {
    if (!read) return std::move(read).error();
    target.*kMember = *std::move(read);
    return {};
  }
  static Result<void> from_json(const Json& value, Target& target) {
    if (value.is_null()) return {};
    return set(Codec::from_json(value), target);
  }
  static Result<void> from_text(std::string_view text, Target& target) {
    if constexpr (requires { Codec::from_text(text); }) {
      return set(Codec::from_text(text), target);
    } else {
      return {};
    }
  }
  static Result<void> from_flag(std::span<const std::string> texts, Target& target) {
    if constexpr (requires { Codec::from_flag(texts); }) {
      return set(Codec::from_flag(texts), target);
    } else {
      return from_text(texts.back(), target);
    }
  }
  static Json to_json(const Target& target) {
    const auto& member = target.*kMember;
    // An unset DnsOptions is an object of nulls in k6's JSON.
    if constexpr (requires { member.has_value(); }) {
      if (!member) return Json();
    }
    return Codec::to_json(value_of(member));
  }
  static bool is_set(const Target& target) { return is_present(target.*kMember); }
  static void apply(const Target& over, Target& target) { merge(over.*kMember, target.*kMember); }
};

template <class Target, auto kMember, class Codec>
constexpr Row<Target> make_row(Row<Target> row) {
  using Functions = RowFunctions<Target, kMember, Codec>;
  constexpr bool kHasText = requires(std::string_view text) {
    Codec::from_text(text);
  };
  if (!row.key.empty()) row.from_json = &Functions::from_json;
  if (!row.env.empty() && kHasText) row.from_text = &Functions::from_text;
  if (row.kind != FlagKind::kNone) row.from_flag = &Functions::from_flag;
  row.to_json = &Functions::to_json;
  row.is_set = &Functions::is_set;
  row.apply = &Functions::apply;
  return row;
}

}  // namespace proofload::options
