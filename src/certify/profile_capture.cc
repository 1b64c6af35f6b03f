#include "certify/profile_capture.h"

#include <chrono>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include "certify/judge_slos.h"
#include "observe/http_get.h"

namespace proofload::certify {
namespace {

constexpr const char* kWordFile = "profile";

// A file's name: what else a component's name holds becomes a dash.
std::string file_name(std::string_view component) {
  std::string name;
  for (const char c : component) {
    const bool is_plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    name += is_plain ? c : '-';
  }
  return name;
}

// A pprof profile is gzipped protobuf, or bare.
bool is_profile(const observe::HttpResponse& response) {
  return response.status == 200 && response.body.size() > 2 &&
         (response.body.starts_with("\x1f\x8b") || response.body[0] == '\n');
}

}  // namespace

std::optional<std::string> OnsetWatch::check(const ProfileLog& log, Duration second) {
  constexpr int kSecondsInARow = 2;
  constexpr Duration kQuiet = std::chrono::minutes(1);
  auto slo = broken_slo(plan_, log, second);
  bad_seconds_ = slo ? bad_seconds_ + 1 : 0;
  if (bad_seconds_ != kSecondsInARow) return std::nullopt;
  if (last_onset_ && second - *last_onset_ < kQuiet) return std::nullopt;
  last_onset_ = second;
  return slo;
}

ProfileCapture::ProfileCapture(const plan::Plan& plan, const RunFolder& folder) : folder_(folder) {
  for (const plan::Profiler& profiler : plan.observe.profilers) {
    if (profiler.kind == "pprof") targets_.push_back({profiler.service, profiler.target});
  }
}

ProfileCapture::~ProfileCapture() {
  if (done_.valid()) done_.wait();
}

bool ProfileCapture::start(const std::string& profile, const std::string& reason) {
  {
    const std::lock_guard lock(mutex_);
    if (is_busy_ || count_ >= kCapturesMax || targets_.empty()) return false;
    is_busy_ = true;
  }
  if (done_.valid()) done_.wait();
  done_ = std::async(std::launch::async, [this, profile, reason, number = ++count_] {
    capture(profile, reason, number);
  });
  return true;
}

void ProfileCapture::capture(const std::string& profile, const std::string& reason,
                             std::size_t number) {
  std::vector<observe::HttpRequest> requests;
  for (const Target& target : targets_) {
    observe::HttpRequest request{.url = fmt::format("{}/profile?seconds={}", target.url, kSeconds)};
    request.timeout = std::chrono::seconds(2 * kSeconds);
    requests.push_back(std::move(request));
  }
  const WallTime at = wall_now();
  observe::HttpClient client;
  const auto responses = client.fetch_all(requests);
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < responses.size(); ++i) {
    const std::string& component = targets_[i].component;
    if (!responses[i] || !is_profile(*responses[i])) {
      problems_.push_back(
          fmt::format("no profile of {} was taken: {}", component,
                      responses[i] ? fmt::format("status {}, no pprof data", responses[i]->status)
                                   : responses[i].error().message()));
      continue;
    }
    evidence::Artifact artifact{
        .component = component,
        .kind = fmt::format("CPU profile of {} s", kSeconds),
        .file = fmt::format("profiles/{}-{}.pb.gz", file_name(component), number),
        .at = at,
        .profile = profile,
        .reason = reason,
        .bytes = responses[i]->body.size()};
    if (const auto written = folder_.write(artifact.file, responses[i]->body); !written) {
      problems_.push_back(written.error().message());
      continue;
    }
    artifacts_.push_back(std::move(artifact));
  }
  is_busy_ = false;
}

std::optional<std::string> ProfileCapture::asked() {
  const std::string path = folder_.path() + "/" + kWordFile;
  if (::access(path.c_str(), F_OK) != 0) return std::nullopt;
  const auto word = read_file(path);
  if (!word || *word == last_word_) return std::nullopt;
  last_word_ = *word;
  return word->substr(word->find('\n') + 1);
}

std::vector<evidence::Artifact> ProfileCapture::take(std::vector<std::string>& problems) {
  if (done_.valid()) done_.wait();
  problems.insert(problems.end(), problems_.begin(), problems_.end());
  problems_.clear();
  return std::exchange(artifacts_, {});
}

Result<void> request_profile(const std::string& folder, const std::string& by,
                             const std::string& reason) {
  // The instant makes each word a new one.
  return write_file(folder + "/" + kWordFile,
                    fmt::format("{}\n{}: {}", wall_now().time_since_epoch().count(), by, reason));
}

}  // namespace proofload::certify
