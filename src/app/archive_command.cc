#include "app/archive_command.h"

#include <nlohmann/json.hpp>

#include "app/archive.h"
#include "options/render.h"

namespace proofload::app {

Result<void> archive_test(TestSession& session) {
  PL_TRY(session.load());
  const options::RuntimeOptions& runtime = session.runtime_options();
  Archive archive{.options = options::to_json(session.options()).dump(),
                  .script_path = session.state().script_path,
                  .working_folder = session.state().working_folder,
                  .compatibility_mode = runtime.compatibility_mode.value_or("extended"),
                  .files = session.state().files.recorded()};
  if (!runtime.exclude_env_vars.value_or(false)) archive.env = session.state().env;
  return write_archive(archive, k6::absolute_path(runtime.archive_out.value_or("archive.tar"),
                                                  session.request().working_folder));
}

}  // namespace proofload::app
