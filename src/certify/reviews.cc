#include "certify/reviews.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/log.h"
#include "base/lower_case.h"
#include "certify/code_owners.h"
#include "certify/git.h"
#include "certify/run_folder.h"
#include "observe/http_get.h"
#include "observe/prometheus_json.h"

namespace proofload::certify {
namespace {

using evidence::Signature;
using evidence::SignatureState;
using observe::json_text;

constexpr int kPagesMax = 20;
constexpr const char* kPage = "per_page=100&page=";

struct Review {
  std::string user;
  std::string commit;
  std::string at;
  bool is_approving = false;
};

bool is_url(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

std::string without_line_end(std::string text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

// The forge's API, with its token.
class Forge {
 public:
  explicit Forge(const ReviewSource& source) : source_(source) {}

  // A list, however many pages it has.
  Result<Json> list(const std::string& url) {
    Json all = Json::array();
    for (int page = 1; page <= kPagesMax; ++page) {
      observe::HttpRequest request{
          .url = fmt::format("{}{}{}{}", url, url.find('?') == std::string::npos ? "?" : "&", kPage,
                             page)};
      request.headers = {{"Accept", "application/vnd.github+json"}};
      request.credentials.bearer = source_.token;
      const Json items = PL_TRY(client_.fetch_json(request));
      if (!items.is_array()) {
        return Error(ErrorKind::kNetwork, observe::shown_url(url) + ": JSON, but no list")
            .with_hint("give the address of .../pulls/NUMBER/reviews of GitHub's API");
      }
      for (const Json& item : items) all.push_back(item);
      constexpr std::size_t kFull = 100;
      if (items.size() < kFull) break;
    }
    return all;
  }

  // Whether `user` is the owner, "@user", or a member of it, "@org/team".
  Result<bool> is_or_has(const std::string& owner, const std::string& user) {
    const std::string name = lower_case(owner.starts_with('@') ? owner.substr(1) : owner);
    const std::size_t slash = name.find('/');
    if (slash == std::string::npos) return name == lower_case(user);
    if (!teams_.contains(name)) {
      teams_[name] = PL_TRY(members(name.substr(0, slash), name.substr(slash + 1)));
    }
    return teams_[name].contains(lower_case(user));
  }

 private:
  Result<std::set<std::string>> members(const std::string& organisation, const std::string& team) {
    std::set<std::string> logins;
    const std::size_t api = source_.from.find("/repos/");
    if (!is_url(source_.from) || api == std::string::npos) {
      log(LogLevel::kWarning,
          fmt::format("a file of reviews does not say who is in @{}/{}: its members' reviews do "
                      "not count",
                      organisation, team));
      return logins;
    }
    const Json all =
        PL_TRY(list(fmt::format("{}/orgs/{}/teams/{}/members", source_.from.substr(0, api),
                                observe::escape_query(organisation), observe::escape_query(team))));
    for (const Json& one : all) logins.insert(lower_case(json_text(one, "login")));
    return logins;
  }

  const ReviewSource& source_;
  observe::HttpClient client_;
  std::map<std::string, std::set<std::string>> teams_;
};

Result<Json> read_reviews(const ReviewSource& source, Forge& forge) {
  if (is_url(source.from)) return forge.list(source.from);
  Json list = Json::parse(PL_TRY(read_file(source.from)), nullptr, /*allow_exceptions=*/false);
  if (list.is_array()) return list;
  return Error(ErrorKind::kUsage, source.from + " is no list of reviews")
      .with_hint("save what GET /repos/{owner}/{repo}/pulls/{number}/reviews answers");
}

// The last one of each user that decides; comments do not.
std::vector<Review> deciding(const Json& list) {
  std::map<std::string, Review> latest;
  for (const Json& one : list) {
    const std::string state = json_text(one, "state");
    const bool decides =
        state == "APPROVED" || state == "CHANGES_REQUESTED" || state == "DISMISSED";
    if (!decides || !one.contains("user")) continue;
    Review review{.user = json_text(one["user"], "login"),
                  .commit = json_text(one, "commit_id"),
                  .at = json_text(one, "submitted_at"),
                  .is_approving = state == "APPROVED"};
    if (review.user.empty()) continue;
    Review& kept = latest[lower_case(review.user)];
    if (kept.user.empty() || kept.at <= review.at) kept = std::move(review);
  }
  std::vector<Review> all;
  all.reserve(latest.size());
  for (auto& [user, review] : latest) all.push_back(std::move(review));
  return all;
}

Result<std::string> read_code_owners(const std::string& root, const std::string& named) {
  if (!named.empty()) return read_file(named);
  for (const char* place : {".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"}) {
    const std::string path = root + "/" + place;
    if (std::filesystem::exists(path)) return read_file(path);
  }
  return Error(ErrorKind::kUsage, "the plan's repository has no CODEOWNERS")
      .with_hint("reviews count by the owners of the plan's file; or name the file: --codeowners");
}

// Whether the commit holds the files as they are here.
bool holds(const std::string& folder, const std::string& commit, const ReviewedPlan& plan) {
  const bool is_hash =
      !commit.empty() && commit.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!is_hash) return false;
  return std::all_of(plan.files.begin(), plan.files.end(), [&](const auto& file) {
    const auto there = git(folder, {"cat-file", "blob", commit + ":./" + file.first});
    return there && *there == file.second;
  });
}

// Who signs for the role, among the owners of the plan's file.
std::vector<std::string> signers(const std::string& role, const ReviewedPlan& plan,
                                 const std::vector<std::string>& owners) {
  const auto named = plan.owners.find(role);
  std::vector<std::string> found;
  for (const std::string& owner : owners) {
    const std::string name = lower_case(owner);
    const bool is_wanted = named != plan.owners.end() ? name == lower_case(named->second)
                                                      : name == "@" + lower_case(role) ||
                                                            name.ends_with("/" + lower_case(role));
    if (is_wanted) found.push_back(owner);
  }
  return found;
}

// The best review that signs for the role, of those owners.
Result<Signature> signature_of(const std::string& role, const std::vector<std::string>& owners,
                               const std::vector<Review>& reviews, Forge& forge,
                               const std::function<bool(const std::string&)>& is_same_at) {
  Signature best{.role = role, .name = {}, .at = {}};
  for (const std::string& owner : owners) {
    for (const Review& review : reviews) {
      if (!review.is_approving || !PL_TRY(forge.is_or_has(owner, review.user))) continue;
      const auto state =
          is_same_at(review.commit) ? SignatureState::kReviewed : SignatureState::kOutdated;
      if (state < best.state) best = {role, "@" + review.user, review.at, state};
    }
  }
  return best;
}

}  // namespace

Result<std::vector<Signature>> review_signatures(const ReviewSource& source,
                                                 const std::vector<std::string>& roles,
                                                 const ReviewedPlan& plan) {
  const std::filesystem::path path = std::filesystem::absolute(plan.path);
  const std::string folder = path.parent_path();
  const std::string root = without_line_end(PL_TRY(git(folder, {"rev-parse", "--show-toplevel"})));
  const std::string inside = without_line_end(PL_TRY(git(folder, {"rev-parse", "--show-prefix"})));
  const auto owners = owners_of(inside + path.filename().string(),
                                PL_TRY(read_code_owners(root, source.code_owners)));
  Forge forge(source);
  const auto reviews = deciding(PL_TRY(read_reviews(source, forge)));
  std::vector<Signature> signatures;
  signatures.reserve(roles.size());
  for (const std::string& role : roles) {
    signatures.push_back(PL_TRY(
        signature_of(role, signers(role, plan, owners), reviews, forge,
                     [&](const std::string& commit) { return holds(folder, commit, plan); })));
  }
  return signatures;
}

void take_better(std::vector<Signature>& signatures, const std::vector<Signature>& reviews) {
  for (Signature& one : signatures) {
    for (const Signature& review : reviews) {
      if (review.role == one.role && review.state < one.state) one = review;
    }
  }
}

}  // namespace proofload::certify
