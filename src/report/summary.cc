#include "report/summary.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/check.h"

namespace proofload::report {

std::string SummaryMetric::full_name() const {
  return selector.empty() ? name : fmt::format("{}{{{}}}", name, selector);
}

double SummaryMetric::value(std::string_view statistic) const {
  const auto found = std::find_if(values.begin(), values.end(),
                                  [&](const auto& entry) { return entry.first == statistic; });
  return found == values.end() ? 0 : found->second;
}

std::string path_id(std::string_view path) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  PL_CHECK(EVP_Digest(path.data(), path.size(), digest.data(), &size, EVP_md5(), nullptr) == 1);
  std::string out;
  for (unsigned int i = 0; i < size; ++i) {
    fmt::format_to(std::back_inserter(out), "{:02x}", digest.at(i));
  }
  return out;
}

}  // namespace proofload::report
