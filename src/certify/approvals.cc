#include "certify/approvals.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <sys/wait.h>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spawn.h>
#include <unistd.h>

#include "certify/run_folder.h"
#include "certify/scratch_folder.h"

namespace proofload::certify {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kNamespace = "proofload";

// What is signed.
std::string statement(const Approval& approval) {
  return fmt::format("proofload approval\nrole {}\nname {}\nplan {}\n", approval.role,
                     approval.name, approval.hash);
}

// The exit code of ssh-keygen, -1 when it could not be started. `input` is its standard input.
int ssh_keygen(std::vector<std::string> words, const std::string& input) {
  words.insert(words.begin(), "ssh-keygen");
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input.c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid = 0;
  const int error =
      ::posix_spawnp(&pid, "ssh-keygen", &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return -1;
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Result<std::string> sign(const Approval& approval, const std::string& key) {
  const ScratchFolder scratch = PL_TRY(ScratchFolder::create());
  const std::string file = scratch.file("statement");
  PL_TRY(write_file(file, statement(approval)));
  if (ssh_keygen({"-Y", "sign", "-f", key, "-n", kNamespace, file}, "/dev/null") != 0) {
    return Error(ErrorKind::kUsage, fmt::format("ssh-keygen could not sign with {}", key))
        .with_hint("--key names a private SSH key; one with a passphrase has to be in ssh-agent");
  }
  return read_file(file + ".sig");
}

bool is_signed(const Approval& approval, const std::string& allowed_signers) {
  if (approval.signature.empty() || ::access(allowed_signers.c_str(), R_OK) != 0) return false;
  const auto scratch = ScratchFolder::create();
  if (!scratch) return false;
  if (!write_file(scratch->file("statement"), statement(approval))) return false;
  if (!write_file(scratch->file("signature"), approval.signature)) return false;
  return ssh_keygen({"-Y", "verify", "-f", allowed_signers, "-I", approval.name, "-n", kNamespace,
                     "-s", scratch->file("signature")},
                    scratch->file("statement")) == 0;
}

}  // namespace

std::string approvals_path(const std::string& plan_path) {
  return std::filesystem::path(plan_path).replace_extension(".approvals.json");
}

Result<std::vector<Approval>> read_approvals(const std::string& path) {
  std::vector<Approval> approvals;
  if (!std::filesystem::exists(path)) return approvals;
  const std::string text = PL_TRY(read_file(path));
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_array()) {
    return Error(ErrorKind::kUsage, path + " is no list of approvals")
        .with_hint("`proofload plan approve` writes it; restore it from version control");
  }
  for (const Json& one : json) {
    const auto text_of = [&](const char* key) {
      return one.is_object() && one.contains(key) && one[key].is_string()
                 ? one[key].get<std::string>()
                 : std::string();
    };
    approvals.push_back(
        {text_of("role"), text_of("name"), text_of("at"), text_of("hash"), text_of("signature")});
  }
  return approvals;
}

Result<void> approve(const std::string& path, Approval approval, const std::string& key) {
  std::vector<Approval> approvals = PL_TRY(read_approvals(path));
  if (!key.empty()) approval.signature = PL_TRY(sign(approval, key));
  std::erase_if(approvals, [&](const Approval& one) {
    return one.role == approval.role && one.name == approval.name;
  });
  approvals.push_back(std::move(approval));
  Json json = Json::array();
  for (const Approval& one : approvals) {
    Json entry{{"role", one.role}, {"name", one.name}, {"at", one.at}, {"hash", one.hash}};
    if (!one.signature.empty()) entry["signature"] = one.signature;
    json.push_back(std::move(entry));
  }
  return write_file(path, json.dump(2) + "\n");
}

std::vector<evidence::Signature> check_signatures(const std::vector<std::string>& roles,
                                                  const std::vector<Approval>& approvals,
                                                  const std::string& hash,
                                                  const std::string& allowed_signers) {
  using evidence::SignatureState;
  std::vector<evidence::Signature> signatures;
  for (const std::string& role : roles) {
    evidence::Signature best{.role = role};
    for (const Approval& one : approvals) {
      if (one.role != role) continue;
      SignatureState state = SignatureState::kOutdated;
      if (one.hash == hash) {
        state =
            is_signed(one, allowed_signers) ? SignatureState::kVerified : SignatureState::kClaimed;
      }
      // In the order of their worth.
      if (state < best.state) best = {role, one.name, one.at, state};
    }
    signatures.push_back(std::move(best));
  }
  return signatures;
}

}  // namespace proofload::certify
