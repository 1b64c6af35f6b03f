#include "report/slack_message.h"

#include <cstddef>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "report/plain_text.h"
#include "report/sentences.h"

namespace proofload::report {
namespace {

constexpr std::size_t kHeaderMax = 149;   // and an ellipsis; the limit is 150
constexpr std::size_t kSectionMax = 580;  // escaped at most five times as long; the limit is 3,000
constexpr std::size_t kFieldMax = 160;    // ten of them, escaped: 8,000 of the 13,000 in all
constexpr std::size_t kFieldsMax = 10;
constexpr std::size_t kUrlMax = 3000;

Json plain(const std::string& text) {
  return Json{{"type", "plain_text"}, {"text", text}};
}

Json section(const std::string& text) {
  return Json{
      {"type", "section"},
      {"text", Json{{"type", "mrkdwn"}, {"text", slack_escape(clean_text(text, kSectionMax))}}}};
}

Json slo_fields(const evidence::Result& result, std::size_t& left_out) {
  Json fields = Json::array();
  const auto slos = slos_by_gravity(result);
  for (const auto* slo : slos) {
    if (fields.size() == kFieldsMax) break;
    fields.push_back(Json{{"type", "mrkdwn"},
                          {"text", slack_escape(clean_text(slo_sentence(*slo), kFieldMax))}});
  }
  left_out = slos.size() - fields.size();
  return fields;
}

}  // namespace

std::string slack_message(const evidence::Result& result, const std::string& report_url) {
  const auto lines = verdict_lines(result);
  const std::string fallback = fmt::format("{}: {}; {}", result.plan, lines[0], lines[1]);
  Json blocks = Json::array();
  blocks.push_back(Json{{"type", "header"},
                        {"text", plain(clean_text(fmt::format("{}: {}", result.plan,
                                                              to_string(result.verdict.readiness)),
                                                  kHeaderMax))}});
  std::string verdict = lines[0] + ". " + lines[1] + ".";
  for (const auto& stamp : result.stamps) verdict += " " + stamp + ".";
  if (result.is_partial) verdict += " A partial run, not a certification.";
  blocks.push_back(section(verdict));
  std::size_t left_out = 0;
  if (Json fields = slo_fields(result, left_out); !fields.empty()) {
    blocks.push_back(Json{{"type", "section"}, {"fields", std::move(fields)}});
  }
  if (left_out > 0) blocks.push_back(section(fmt::format("and {} more SLOs", left_out)));
  if (const auto cause = first_cause(result); !cause.empty()) blocks.push_back(section(cause));
  const bool is_link = report_url.starts_with("https://") || report_url.starts_with("http://");
  if (is_link && report_url.size() <= kUrlMax) {
    blocks.push_back(Json{
        {"type", "actions"},
        {"elements",
         Json::array({Json{{"type", "button"}, {"text", plain("Report")}, {"url", report_url}}})}});
  }
  const Json message{{"text", slack_escape(clean_text(fallback, kSectionMax))},
                     {"blocks", std::move(blocks)}};
  return message.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace proofload::report
