#include "cli/new_script.h"

#include <filesystem>
#include <fstream>
#include <optional>

#include <fmt/format.h>

namespace proofload::cli {
namespace {

constexpr std::string_view kMinimal = R"(import http from "k6/http";
import { check, sleep } from "k6";

export const options = {
  vus: 10,
  duration: "30s",
  thresholds: { http_req_failed: ["rate<0.01"] },
};

export default function () {
  const response = http.get("http://127.0.0.1:8080/");
  check(response, { "status is 200": (r) => r.status === 200 });
  sleep(1);
}
)";

constexpr std::string_view kProtocol = R"(import http from "k6/http";
import { check, group, sleep } from "k6";

const BASE_URL = __ENV.BASE_URL || "http://127.0.0.1:8080";

export const options = {
  scenarios: {
    browse: { executor: "ramping-vus", stages: [{ duration: "10s", target: 10 }, { duration: "20s", target: 10 }] },
    steady: { executor: "constant-arrival-rate", rate: 5, duration: "30s", preAllocatedVUs: 10, exec: "order" },
  },
  thresholds: {
    http_req_failed: ["rate<0.01"],
    "http_req_duration{scenario:steady}": ["p(95)<300"],
  },
};

export function setup() {
  return { started: new Date().toISOString() };
}

export default function () {
  group("home", () => {
    check(http.get(`${BASE_URL}/`), { "home is up": (r) => r.status === 200 });
  });
  sleep(1);
}

export function order() {
  const body = JSON.stringify({ product: 1, quantity: 2 });
  const params = { headers: { "Content-Type": "application/json" }, tags: { name: "order" } };
  check(http.post(`${BASE_URL}/orders`, body, params), { accepted: (r) => r.status < 300 });
}
)";

struct NewScript {
  std::string file = "script.js";
  std::string_view text = kMinimal;
  bool overwrites = false;
};

Result<std::string_view> find_template(std::string_view name) {
  if (name == "minimal") return kMinimal;
  if (name == "protocol") return kProtocol;
  if (name == "browser") return Error(ErrorKind::kUsage, "not supported yet: --template browser");
  return Error(ErrorKind::kUsage, fmt::format("--template: unknown template '{}'", name))
      .with_hint("the templates are minimal and protocol");
}

Result<NewScript> parse(std::span<const std::string> arguments) {
  NewScript script;
  for (std::size_t i = 0; i < arguments.size(); i++) {
    const std::string& word = arguments[i];
    constexpr std::string_view kTemplate = "--template=";
    if (word == "-f" || word == "--force") {
      script.overwrites = true;
    } else if (word == "--template" && i + 1 < arguments.size()) {
      script.text = PL_TRY(find_template(arguments[++i]));
    } else if (word.starts_with(kTemplate)) {
      script.text = PL_TRY(find_template(std::string_view(word).substr(kTemplate.size())));
    } else if (word.starts_with('-')) {
      return Error(ErrorKind::kUsage, fmt::format("unknown flag: {}", word))
          .with_hint("new takes -f, --template minimal|protocol and a file name");
    } else {
      script.file = word;
    }
  }
  return script;
}

}  // namespace

Result<std::string> write_new_script(std::span<const std::string> arguments,
                                     const std::string& working_folder) {
  const NewScript script = PL_TRY(parse(arguments));
  const std::filesystem::path path = std::filesystem::path(working_folder) / script.file;
  if (std::filesystem::exists(path) && !script.overwrites) {
    return Error(ErrorKind::kUsage, fmt::format("{} already exists", script.file))
        .with_hint("use -f to overwrite it");
  }
  std::ofstream out(path, std::ios::binary);
  out << script.text;
  out.close();
  if (!out) return Error(ErrorKind::kUsage, fmt::format("could not write {}", script.file));
  return script.file;
}

}  // namespace proofload::cli
