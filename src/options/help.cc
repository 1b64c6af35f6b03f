#include <array>
#include <utility>

#include <fmt/format.h>

#include "options/option_table.h"

namespace proofload::options {
namespace {

constexpr std::array<std::pair<Group, std::string_view>, 12> kGroups{
    {{Group::kLoad, "Load"},
     {Group::kLifecycle, "Setup, teardown, summary hook"},
     {Group::kHttp, "HTTP"},
     {Group::kNetwork, "Network"},
     {Group::kTls, "TLS"},
     {Group::kMetrics, "Metrics and thresholds"},
     {Group::kSummary, "Summary"},
     {Group::kScript, "Script"},
     {Group::kOutput, "Output"},
     {Group::kTerminal, "Terminal and log"},
     {Group::kEngine, "Engine"},
     {Group::kOther, "Other"}}};

constexpr std::size_t kWidth = 80;
constexpr std::size_t kHelpColumn = 32;

// `text` from column kHelpColumn on, broken between words before column kWidth; a first part of the
// line (`head`) that is too long for that gets a line of its own.
std::string wrapped(std::string head, std::string_view text) {
  std::string out;
  if (head.size() + 2 > kHelpColumn) {
    out = std::exchange(head, "") + "\n";
  }
  std::string line = head;
  line.resize(kHelpColumn, ' ');
  bool is_line_empty = true;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (!is_line_empty && line.size() + 1 + word.size() > kWidth) {
      out += line + "\n";
      line.assign(kHelpColumn, ' ');
      is_line_empty = true;
    }
    if (!is_line_empty) line += ' ';
    line += word;
    is_line_empty = false;
  }
  return out + line + "\n";
}

template <class Target>
std::string flag_line(const Row<Target>& row) {
  std::string head = row.short_flag ? fmt::format("  -{}, --{}", row.short_flag, row.flag)
                                    : fmt::format("      --{}", row.flag);
  if (!row.bare_value.empty()) {
    head += fmt::format("[={}]", row.value_name);
  } else if (!row.value_name.empty()) {
    head += fmt::format(" {}", row.value_name);
  }
  std::string text(row.help);
  if (!row.default_text.empty()) text += fmt::format(" (default {})", row.default_text);
  if (!row.unsupported.empty()) text += " (not supported yet)";
  return wrapped(std::move(head), text);
}

template <class Target>
std::string flag_lines(std::span<const Row<Target>> rows, Command command, Group group) {
  std::string text;
  for (const Row<Target>& row : rows) {
    const bool is_shown = row.kind != FlagKind::kNone && row.group == group &&
                          (row.commands & static_cast<std::uint8_t>(command));
    if (is_shown) text += flag_line(row);
  }
  return text;
}

// A cell of a Markdown table; `|` would end it.
std::string code(std::string_view text) {
  return text.empty() ? "" : fmt::format("`{}`", text);
}

template <class Target>
std::string table_lines(std::span<const Row<Target>> rows, Group group) {
  std::string text;
  for (const Row<Target>& row : rows) {
    if (row.group != group) continue;
    std::string flag;
    if (row.kind != FlagKind::kNone) {
      flag = row.short_flag ? fmt::format("`-{}`, `--{}`", row.short_flag, row.flag)
                            : fmt::format("`--{}`", row.flag);
    }
    std::string variables = code(row.env.substr(0, row.env.find(',')));
    if (const std::size_t comma = row.env.find(','); comma != std::string_view::npos) {
      variables += ", " + code(row.env.substr(comma + 1));
    }
    text += fmt::format("| {} | {} | {} | {} | {}{} |\n", code(row.key), variables, flag,
                        row.default_text, row.help,
                        row.unsupported.empty() ? "" : " (not supported yet)");
  }
  return text;
}

}  // namespace

std::string flag_help(Command command) {
  std::string text;
  for (const auto& [group, title] : kGroups) {
    const std::string lines =
        flag_lines(option_rows(), command, group) + flag_lines(runtime_rows(), command, group);
    if (!lines.empty()) text += fmt::format("{}{}:\n{}", text.empty() ? "" : "\n", title, lines);
  }
  return text;
}

std::string reference_markdown() {
  std::string text =
      "# Options\n\n"
      "This page is written by the option table; a test compares them.\n\n"
      "A higher tier wins: defaults, config file, the script's `options`, environment, flags. A "
      "tier that sets\n`duration`, `iterations`, `stages` or `scenarios` drops all four of the "
      "tiers below. `vus` alone is as many\niterations as VUs.\n\n"
      "The key is the name in the script's `options` and in the config file. Durations are "
      "`1m30s`, "
      "`500ms` or a number\nof milliseconds.\n";
  for (const auto& [group, title] : kGroups) {
    text += fmt::format(
        "\n## {}\n\n| key | environment | flag | default | meaning |\n"
        "|---|---|---|---|---|\n",
        title);
    text += table_lines(option_rows(), group);
    text += table_lines(runtime_rows(), group);
  }
  return text;
}

}  // namespace proofload::options
