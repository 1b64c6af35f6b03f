// What a result comes to, in words: the same sentences in every report and message.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "evidence/result.h"
#include "report/document.h"

namespace proofload::report {

// "SLOs: BROKEN" and "Readiness: NOT READY (outstanding: soak, dba)".
std::array<std::string, 2> verdict_lines(const evidence::Result& result);
Tone tone_of(evidence::Readiness readiness);
Tone tone_of(evidence::SloState state);

// One paragraph: what was tested how, which SLOs held, the first cause, what to do, whether to
// ship.
std::string executive_summary(const evidence::Result& result);

// "checkout p99 <= 500 ms in steady: 1.21 s (-142 %), BROKEN since 2:05".
std::string slo_sentence(const evidence::SloResult& slo);

// "traces of steady: 412 of 420 that were looked for were found (98.1 %), ...", and "UNOBSERVED"
// when these are too few.
std::string traces_sentence(const evidence::TraceResult& traces);

// Why an SLO without a decision has none, and what it would take; empty for a decided one.
std::string undecided_sentence(const evidence::SloResult& slo);

// All SLOs of all profiles that were run: broken first, then invalid, undecided, met; in the plan's
// order otherwise. They point into `result`.
std::vector<const evidence::SloResult*> slos_by_gravity(const evidence::Result& result);

// Findings by impact, the greatest first. They point into `result`.
std::vector<const evidence::Finding*> findings_by_impact(const evidence::Result& result);

// "Confirmed: ..." or "Hypothesis: ...", with its evidence.
std::string finding_sentence(const evidence::Finding& finding);

// "pool shop_ro exhausted…": the first finding's, empty without any.
std::string first_cause(const evidence::Result& result);

// What the run did not cover: profiles, SLOs, checks.
std::vector<std::string> coverage_gaps(const evidence::Result& result);
// "safe to ship", "re-test before shipping", "do not ship".
std::string shipping_advice(const evidence::Result& result);

}  // namespace proofload::report
