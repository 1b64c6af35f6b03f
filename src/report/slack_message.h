// The verdict as a message for a Slack incoming webhook.
#pragma once

#include <string>

#include "evidence/result.h"

namespace proofload::report {

// JSON of text and blocks: verdict, summary, up to ten SLOs with the gravest first, cause, a link
// to the report where there is one (`report_url`, http or https; else it is left out). Inside
// Slack's limits: 150 characters of header, 3,000 of a section, ten fields, about 13,000 in all.
// Names cannot mention anybody.
std::string slack_message(const evidence::Result& result, const std::string& report_url);

}  // namespace proofload::report
