#include "service/profiles.h"

#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>

#include <gperftools/profiler.h>
#include <unistd.h>

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#include <gperftools/malloc_extension.h>
#endif

namespace proofload::shop {

Reply cpu_profile(std::chrono::seconds duration) {
  static std::mutex profiling;
  const std::unique_lock lock(profiling, std::try_to_lock);
  if (!lock) return problem(409, "profiling", "another profile is being taken");
  const std::filesystem::path path = std::filesystem::temp_directory_path() /
                                     ("proofload-shop-" + std::to_string(::getpid()) + ".prof");
  if (::ProfilerStart(path.c_str()) == 0) {
    return problem(500, "profiling", "the profiler cannot write " + path.string());
  }
  std::this_thread::sleep_for(duration);
  ::ProfilerStop();
  std::ostringstream profile;
  profile << std::ifstream(path, std::ios::binary).rdbuf();
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
  return {.body = profile.str(), .content_type = "application/octet-stream"};
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
Reply heap_profile() {
  return problem(501, "no_sampling", "this build has a sanitizer's allocator");
}
#else
Reply heap_profile() {
  std::string profile;
  MallocExtension::instance()->GetHeapSample(&profile);
  if (profile.empty()) return problem(501, "no_sampling", "TCMALLOC_SAMPLE_PARAMETER is not set");
  return {.body = std::move(profile), .content_type = "application/octet-stream"};
}
#endif

}  // namespace proofload::shop
