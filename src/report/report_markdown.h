// The report as Markdown, readable as it is and on a forge, with its figures as files beside it.
#pragma once

#include <string>
#include <vector>

#include "evidence/result.h"
#include "report/document.h"

namespace proofload::report {

struct MarkdownReport {
  std::string text;
  std::vector<Figure> figures;  // to be written as `file` beside the text, which links to them
};

MarkdownReport report_markdown(const evidence::Result& result);

}  // namespace proofload::report
