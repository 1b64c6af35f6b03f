// Writes what handleSummary() returned, and the summary export: files, stdout, stderr.
#pragma once

#include "app/presenter.h"
#include "k6/vu.h"

namespace proofload::app {

// Files are written aside and renamed, so that a full disk leaves no half of one. What fails is
// logged; the others are written all the same.
void write_summary_files(const k6::SummaryFiles& files, Presenter& presenter);

}  // namespace proofload::app
