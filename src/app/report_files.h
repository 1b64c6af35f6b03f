// The files that every kept run has beside its store: result.json and what renders it.
#pragma once

#include "base/error.h"
#include "certify/run_folder.h"
#include "evidence/result.h"

namespace proofload::app {

// result.json, report.md with its figures, report.html, junit.xml.
Result<void> write_reports(const certify::RunFolder& folder, const evidence::Result& result);

}  // namespace proofload::app
