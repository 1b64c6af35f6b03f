// `proofload archive`: one script with all its files, written to one tar.
#pragma once

#include "app/test_session.h"
#include "base/error.h"

namespace proofload::app {

// On the session's fiber: loads the script, writes --archive-out (archive.tar unless named).
Result<void> archive_test(TestSession& session);

}  // namespace proofload::app
