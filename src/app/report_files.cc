#include "app/report_files.h"

#include "report/report_html.h"
#include "report/report_junit.h"
#include "report/report_markdown.h"
#include "report/result_json.h"

namespace proofload::app {

Result<void> write_reports(const certify::RunFolder& folder, const evidence::Result& result) {
  PL_TRY(folder.write("result.json", report::to_json(result)));
  const report::MarkdownReport markdown = report::report_markdown(result);
  PL_TRY(folder.write("report.md", markdown.text));
  for (const report::Figure& figure : markdown.figures) {
    PL_TRY(folder.write(figure.file, figure.svg));
  }
  PL_TRY(folder.write("report.html", report::report_html(result)));
  return folder.write("junit.xml", report::report_junit(result));
}

}  // namespace proofload::app
