#include "report/report_html.h"

#include <string_view>
#include <variant>

#include <fmt/format.h>

#include "report/plain_text.h"
#include "report/result_document.h"

namespace proofload::report {
namespace {

constexpr std::string_view kCss = R"(
:root{color-scheme:light dark;--bg:#fff;--ink:#1a202c;--soft:#5a6577;--line:#d5dae3;--head:#f4f6f9;--good:#14693a;--bad:#b3261e;--unsure:#8a5300}
@media (prefers-color-scheme:dark){:root{--bg:#151a22;--ink:#e6e9ef;--soft:#a3adbd;--line:#39414e;--head:#1e2530;--good:#6fd39b;--bad:#ff8a80;--unsure:#e9b25a}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem;max-width:72rem;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.2;margin:0 0 1rem}h2{font-size:1.2rem;margin:2.5rem 0 .6rem;padding-top:.6rem;border-top:1px solid var(--line)}
p{max-width:62rem}nav{font-size:.9rem;margin:0 0 1rem}nav a{margin-right:.9rem;white-space:nowrap}a{color:inherit}
.banner{border:1px solid;border-left-width:.5rem;border-radius:.3rem;padding:.7rem 1rem;margin:0 0 1rem;font-size:1.25rem;font-weight:650}
.banner div+div{margin-top:.1rem}.good{color:var(--good)}.bad{color:var(--bad)}.unsure{color:var(--unsure)}
td.good,td.bad,td.unsure{font-weight:650}
.wide{overflow-x:auto;margin:.8rem 0}table{border-collapse:collapse;width:100%;font-size:.9rem}
caption{text-align:left;color:var(--soft);padding:.2rem 0}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line);max-width:24rem;overflow-wrap:break-word}
th{background:var(--head);font-weight:600;white-space:nowrap}td.good,td.bad,td.unsure{white-space:nowrap}.num{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
figure{margin:1rem 0}figure .wide svg{display:block;width:100%;min-width:42rem;height:auto}figcaption{color:var(--soft);font-size:.9rem}
pre{background:var(--head);padding:.7rem 1rem;overflow-x:auto;border-radius:.3rem}
@media (max-width:40rem){body{padding:.8rem}th,td{max-width:14rem}}
@media print{:root{--bg:#fff;--ink:#000;--soft:#444;--line:#bbb;--head:#f2f2f2;--good:#14693a;--bad:#b3261e;--unsure:#8a5300}body{max-width:none;padding:0;font-size:10pt}nav{display:none}.wide{overflow:visible}th,td{white-space:normal!important}figure .wide svg{min-width:0}tr,figure,.banner{break-inside:avoid}h2{break-after:avoid}}
)";

// A paragraph may hold several names and sentences; one cell is one name.
constexpr std::size_t kParagraphMax = 20 * kNameMax;
constexpr std::size_t kCellMax = 2 * kNameMax;

std::string_view css_class(Tone tone) {
  switch (tone) {
    case Tone::kGood:
      return "good";
    case Tone::kBad:
      return "bad";
    case Tone::kUnsure:
      return "unsure";
    case Tone::kPlain:
      break;
  }
  return "";
}

std::string safe(std::string_view text, std::size_t max) {
  return html_escape(clean_text(text, max));
}

class HtmlPieces {
 public:
  explicit HtmlPieces(std::string& out) : out_(out) {}

  void operator()(const Paragraph& paragraph) {
    out_ += fmt::format("<p>{}</p>\n", safe(paragraph.text, kParagraphMax));
  }
  void operator()(const Banner& banner) {
    out_ += fmt::format("<div class=\"banner {}\">", css_class(banner.tone));
    for (const auto& line : banner.lines) {
      out_ += fmt::format("<div>{}</div>", safe(line, kParagraphMax));
    }
    out_ += "</div>\n";
  }
  void operator()(const Bullets& bullets) {
    out_ += "<ul>\n";
    for (const auto& item : bullets.items) {
      out_ += fmt::format("<li>{}</li>\n", safe(item, kParagraphMax));
    }
    out_ += "</ul>\n";
  }
  void operator()(const Table& table) {
    out_ +=
        fmt::format("<div class=\"wide\" tabindex=\"0\"><table><caption>{}</caption>\n<thead><tr>",
                    safe(table.caption, kParagraphMax));
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      out_ += fmt::format("<th scope=\"col\"{}>{}</th>", table.is_number[i] ? " class=\"num\"" : "",
                          safe(table.columns[i], kCellMax));
    }
    out_ += "</tr></thead>\n<tbody>\n";
    for (const auto& row : table.rows) {
      out_ += "<tr>";
      for (std::size_t i = 0; i < row.size(); ++i) add_cell(row[i], table.is_number[i]);
      out_ += "</tr>\n";
    }
    out_ += "</tbody></table></div>\n";
  }
  void operator()(const Figure& figure) {
    out_ += fmt::format(
        "<figure><div class=\"wide\" tabindex=\"0\">{}</div><figcaption>{}</figcaption></figure>\n",
        figure.svg, safe(figure.caption, kParagraphMax));
  }
  void operator()(const Code& code) {
    out_ += fmt::format("<pre><code>{}</code></pre>\n", safe(code.text, kParagraphMax));
  }

 private:
  void add_cell(const Cell& cell, bool is_number) {
    std::string classes(css_class(cell.tone));
    if (is_number) classes += classes.empty() ? "num" : " num";
    const std::string text = safe(cell.text, kCellMax);
    out_ += fmt::format(
        "<td{}>{}</td>", classes.empty() ? "" : fmt::format(" class=\"{}\"", classes),
        cell.link.empty() ? text
                          : fmt::format("<a href=\"{}\">{}</a>", safe(cell.link, kCellMax), text));
  }

  std::string& out_;
};

}  // namespace

std::string report_html(const evidence::Result& result) {
  const Document document = result_document(result);
  const std::string title = safe(document.title, kNameMax);
  std::string out = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; img-src data:\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<main>\n<h1>{}</h1>\n",
      title, kCss, title);
  std::string navigation = "<nav aria-label=\"Sections\">";
  for (const Section& section : document.sections) {
    navigation += fmt::format("<a href=\"#{}\">{}</a> ", section.id, html_escape(section.title));
  }
  navigation += "</nav>\n";
  HtmlPieces pieces(out);
  bool is_first = true;
  for (const Section& section : document.sections) {
    // The verdict needs no heading of its own: it is the page's first words.
    out += is_first ? fmt::format("<section id=\"{}\">\n", section.id)
                    : fmt::format("<section id=\"{}\">\n<h2>{}</h2>\n", section.id,
                                  html_escape(section.title));
    for (const Piece& piece : section.pieces) std::visit(pieces, piece);
    out += "</section>\n";
    if (is_first) out += navigation;
    is_first = false;
  }
  return out + "</main>\n</body>\n</html>\n";
}

}  // namespace proofload::report
