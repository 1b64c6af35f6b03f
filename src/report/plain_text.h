// Text of others (names, reasons, series) made safe to show.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace proofload::report {

// What a table cell or a sentence shows of one name; the rest is in result.json.
inline constexpr std::size_t kNameMax = 200;

// At most `max` characters, "…" at a cut. What would move or hide other text becomes U+FFFD:
// control characters (line ends and tabs become spaces), marks that change the direction of text,
// bytes that are not UTF-8.
std::string clean_text(std::string_view text, std::size_t max);

// The five characters of HTML; good for text and quoted attributes, SVG and XML alike.
std::string html_escape(std::string_view text);
// Everything that Markdown or HTML in it could mean something by.
std::string markdown_escape(std::string_view text);
// The three characters of Slack's mrkdwn.
std::string slack_escape(std::string_view text);

}  // namespace proofload::report
