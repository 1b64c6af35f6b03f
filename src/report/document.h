// A report as sections of paragraphs, lists, tables and figures. HTML and Markdown both render it,
// so they say the same.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace proofload::report {

// Texts are plain: renderers escape and shorten them. A tone never carries meaning alone.
enum class Tone : std::uint8_t { kPlain, kGood, kBad, kUnsure };

struct Paragraph {
  std::string text;
};

// The lines of the verdict, largest of all.
struct Banner {
  std::vector<std::string> lines;
  Tone tone = Tone::kPlain;
};

struct Bullets {
  std::vector<std::string> items;
};

struct Cell {
  std::string text;
  Tone tone = Tone::kPlain;
  std::string link = {};  // a file of ours beside the report; empty: none
};

struct Table {
  std::string caption;
  std::vector<std::string> columns;
  std::vector<bool> is_number;  // by column: aligned to the right
  std::vector<std::vector<Cell>> rows;
};

struct Figure {
  std::string file;     // name for who keeps figures beside the text: "timeline-1-steady.svg"
  std::string caption;  // says in words what is to be seen
  std::string svg;      // safe as it is
};

struct Code {
  std::string text;
};

using Piece = std::variant<Paragraph, Banner, Bullets, Table, Figure, Code>;

struct Section {
  std::string id;  // stable, to link to
  std::string title;
  std::vector<Piece> pieces;
};

struct Document {
  std::string title;
  std::vector<Section> sections;
};

}  // namespace proofload::report
