#include "report/report_markdown.h"

#include <string_view>
#include <variant>

#include <fmt/format.h>

#include "report/plain_text.h"
#include "report/result_document.h"

namespace proofload::report {
namespace {

constexpr std::size_t kParagraphMax = 20 * kNameMax;
constexpr std::size_t kCellMax = 2 * kNameMax;

std::string safe(std::string_view text, std::size_t max) {
  return markdown_escape(clean_text(text, max));
}

class MarkdownPieces {
 public:
  explicit MarkdownPieces(MarkdownReport& out) : out_(out) {}

  void operator()(const Paragraph& paragraph) {
    out_.text += safe(paragraph.text, kParagraphMax) + "\n\n";
  }
  void operator()(const Banner& banner) {
    for (const auto& line : banner.lines) {
      out_.text += fmt::format("> **{}**\n>\n", safe(line, kParagraphMax));
    }
    out_.text += "\n";
  }
  void operator()(const Bullets& bullets) {
    for (const auto& item : bullets.items) {
      out_.text += fmt::format("- {}\n", safe(item, kParagraphMax));
    }
    out_.text += "\n";
  }
  void operator()(const Table& table) {
    if (!table.caption.empty()) out_.text += safe(table.caption, kParagraphMax) + "\n\n";
    std::string rule = "|";
    out_.text += "|";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      out_.text += fmt::format(" {} |", safe(table.columns[i], kCellMax));
      rule += table.is_number[i] ? " ---: |" : " --- |";
    }
    out_.text += "\n" + rule + "\n";
    for (const auto& row : table.rows) {
      out_.text += "|";
      for (const Cell& cell : row) {
        const auto text = safe(cell.text, kCellMax);
        const bool is_strong = cell.tone != Tone::kPlain && !text.empty();
        if (!cell.link.empty()) {
          out_.text += fmt::format(" [{}]({}) |", text, cell.link);
          continue;
        }
        out_.text += fmt::format(" {0}{1}{0} |", is_strong ? "**" : "", text);
      }
      out_.text += "\n";
    }
    out_.text += "\n";
  }
  void operator()(const Figure& figure) {
    out_.text += fmt::format("![{}]({})\n\n", safe(figure.caption, kParagraphMax), figure.file);
    out_.figures.push_back(figure);
  }
  void operator()(const Code& code) {
    // A fence longer than any run of backticks inside.
    auto text = clean_text(code.text, kParagraphMax);
    std::string fence = "```";
    while (text.find(fence) != std::string::npos) fence += '`';
    out_.text += fmt::format("{0}\n{1}\n{0}\n\n", fence, text);
  }

 private:
  MarkdownReport& out_;
};

}  // namespace

MarkdownReport report_markdown(const evidence::Result& result) {
  const Document document = result_document(result);
  MarkdownReport out;
  out.text = fmt::format("# {}\n\n", safe(document.title, kNameMax));
  MarkdownPieces pieces(out);
  for (const Section& section : document.sections) {
    out.text += fmt::format("## {}\n\n", section.title);
    for (const Piece& piece : section.pieces) std::visit(pieces, piece);
  }
  return out;
}

}  // namespace proofload::report
