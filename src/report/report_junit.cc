#include "report/report_junit.h"

#include <cstddef>
#include <string_view>

#include <fmt/format.h>

#include "report/plain_text.h"
#include "report/sentences.h"

namespace proofload::report {
namespace {

using evidence::CheckState;
using evidence::ProfileState;
using evidence::Readiness;
using evidence::SloState;

constexpr std::size_t kMessageMax = 10 * kNameMax;

std::string safe(std::string_view text) {
  return html_escape(clean_text(text, kMessageMax));
}

class Suite {
 public:
  Suite(std::string_view name, double seconds) : name_(safe(name)), seconds_(seconds) {}

  // `element` is "failure", "error", "skipped", or empty for a case that passed.
  void add(std::string_view name, std::string_view element, std::string_view message) {
    ++cases_;
    failures_ += element == "failure" ? 1 : 0;
    errors_ += element == "error" ? 1 : 0;
    skipped_ += element == "skipped" ? 1 : 0;
    body_ += fmt::format("    <testcase classname=\"{}\" name=\"{}\">", name_, safe(name));
    if (element.empty()) {
      body_ += fmt::format("<system-out>{}</system-out>", safe(message));
    } else {
      body_ += fmt::format("<{} message=\"{}\"/>", element, safe(message));
    }
    body_ += "</testcase>\n";
  }
  std::string text() const {
    return fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" "
        "time=\"{:.3f}\">\n{}  </testsuite>\n",
        name_, cases_, failures_, errors_, skipped_, seconds_, body_);
  }

 private:
  std::string name_;
  double seconds_;
  std::string body_;
  std::size_t cases_ = 0;
  std::size_t failures_ = 0;
  std::size_t errors_ = 0;
  std::size_t skipped_ = 0;
};

std::string_view element_of(SloState state) {
  switch (state) {
    case SloState::kBroken:
      return "failure";
    case SloState::kInvalid:
      return "error";
    case SloState::kUndecided:
      return "skipped";
    case SloState::kMet:
      break;
  }
  return "";
}

std::string profile_suite(const evidence::ProfileResult& profile) {
  Suite suite(profile.name, to_seconds(profile.took));
  const std::string state =
      fmt::format("{}{}{}", to_string(profile.state), profile.reasons.empty() ? "" : ": ",
                  profile.reasons.empty() ? "" : profile.reasons.front());
  switch (profile.state) {
    case ProfileState::kValid:
      suite.add("load", "", state);
      break;
    case ProfileState::kHalted:
      suite.add("load", "failure", state);
      break;
    case ProfileState::kInvalid:
      suite.add("load", "error", state);
      break;
    default:
      suite.add("load", "skipped", state);
  }
  for (const auto& slo : profile.slos) {
    std::string message = slo_sentence(slo);
    if (!slo.reason.empty()) message += ": " + slo.reason;
    const bool is_invalid = profile.state == ProfileState::kInvalid;
    suite.add(slo.id, is_invalid ? "error" : element_of(slo.state), message);
  }
  return suite.text();
}

std::string check_suite(const evidence::Result& result) {
  Suite suite("preflight", 0);
  for (const auto& check : result.checks) {
    const bool is_failed = check.state == CheckState::kFail && check.is_required;
    const bool is_passed = check.state == CheckState::kPass || check.state == CheckState::kWarn;
    suite.add(check.id,
              is_failed   ? "failure"
              : is_passed ? ""
                          : "skipped",
              fmt::format("{}: {} {}", to_string(check.state), check.evidence, check.waiver));
  }
  return suite.text();
}

std::string verdict_suite(const evidence::Result& result) {
  const auto lines = verdict_lines(result);
  Suite suite("verdict", to_seconds(result.ended - result.started));
  const bool is_passed = result.is_partial ? result.verdict.slos == evidence::SloLine::kMet
                                           : result.verdict.readiness == Readiness::kReady;
  std::string_view element;
  if (!is_passed) {
    const auto readiness = result.verdict.readiness;
    element = readiness == Readiness::kNotReady ? "failure" : "error";
  }
  std::string message = lines[0] + "; " + lines[1];
  for (const std::string& stamp : result.stamps) message += "; " + stamp;
  suite.add(result.is_partial ? "SLOs of a partial run" : "readiness", element, message);
  return suite.text();
}

}  // namespace

std::string report_junit(const evidence::Result& result) {
  std::string out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{}\">\n", safe(result.plan));
  for (const auto& profile : result.profiles) out += profile_suite(profile);
  if (!result.checks.empty()) out += check_suite(result);
  return out + verdict_suite(result) + "</testsuites>\n";
}

}  // namespace proofload::report
