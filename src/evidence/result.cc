#include "evidence/result.h"

#include <array>

namespace proofload::evidence {
namespace {

// The words in the order of the enumerators.
template <class Enum, std::size_t kSize>
std::string_view word(Enum value, const std::array<std::string_view, kSize>& words) {
  return words.at(static_cast<std::size_t>(value));
}

}  // namespace

std::string_view to_string(SloState state) {
  return word<SloState, 4>(state, {"MET", "BROKEN", "UNDECIDED", "INVALID"});
}

std::string_view to_string(SloLine line) {
  return word<SloLine, 4>(line, {"MET", "BROKEN", "UNDECIDED", "INVALID"});
}

std::string_view to_string(Readiness readiness) {
  return word<Readiness, 4>(readiness, {"READY", "NOT READY", "INCONCLUSIVE", "INVALID"});
}

std::string_view to_string(ProfileState state) {
  return word<ProfileState, 6>(state,
                               {"valid", "invalid", "incomplete", "halted", "aborted", "skipped"});
}

std::string_view to_string(CheckState state) {
  return word<CheckState, 5>(state, {"pass", "warn", "fail", "waived", "not run"});
}

std::string_view to_string(ItemState state) {
  return word<ItemState, 3>(state, {"met", "not met", "waived"});
}

std::string_view to_string(SignatureState state) {
  return word<SignatureState, 5>(state, {"verified", "reviewed", "claimed", "outdated", "missing"});
}

}  // namespace proofload::evidence
