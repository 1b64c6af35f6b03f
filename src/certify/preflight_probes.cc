#include "certify/preflight_probes.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <ctime>
#include <memory>
#include <netinet/in.h>
#include <utility>

#include <fmt/format.h>
#include <ifaddrs.h>
#include <netdb.h>

#include "certify/preflight.h"
#include "observe/http_get.h"
#include "observe/metrics_text.h"
#include "observe/prometheus.h"

namespace proofload::certify {
namespace {

using evidence::CheckResult;
using observe::HttpClient;
using observe::HttpRequest;
using observe::HttpResponse;

HttpRequest probe(std::string url) {
  HttpRequest request{.url = std::move(url)};
  request.timeout = kProbeTimeout;
  return request;
}

CheckResult failure(const Error& error) {
  return failed(error.message(), error.hint());
}

std::string header_of(const HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    const bool is_same = std::equal(
        key.begin(), key.end(), name.begin(), name.end(),
        [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
    if (is_same) return value;
  }
  return {};
}

struct FreeAddresses {
  void operator()(addrinfo* info) const { ::freeaddrinfo(info); }
  void operator()(ifaddrs* info) const { ::freeifaddrs(info); }
};

std::string address_text(const sockaddr* address) {
  std::array<char, NI_MAXHOST> text{};
  const auto size = static_cast<socklen_t>(address->sa_family == AF_INET ? sizeof(sockaddr_in)
                                                                         : sizeof(sockaddr_in6));
  const int error =
      ::getnameinfo(address, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
  return error == 0 ? text.data() : "";
}

// Addresses of this machine.
std::vector<std::string> own_addresses() {
  std::vector<std::string> own;
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return own;
  const std::unique_ptr<ifaddrs, FreeAddresses> owner(list);
  for (const ifaddrs* one = list; one != nullptr; one = one->ifa_next) {
    const bool is_ip = one->ifa_addr != nullptr && (one->ifa_addr->sa_family == AF_INET ||
                                                    one->ifa_addr->sa_family == AF_INET6);
    if (is_ip) own.push_back(address_text(one->ifa_addr));
  }
  return own;
}

std::string address_of(const std::string& target) {
  std::string host = target.substr(0, target.rfind(':'));
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  addrinfo* list = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, nullptr, &list) != 0) return {};
  const std::unique_ptr<addrinfo, FreeAddresses> owner(list);
  return address_text(list->ai_addr);
}

}  // namespace

std::string safe_url(const plan::Service& service) {
  for (const plan::Endpoint& endpoint : service.endpoints) {
    const bool is_plain = endpoint.method == "GET" && endpoint.path.find('{') == std::string::npos;
    if (is_plain) return service.base_url + endpoint.path;
  }
  return service.base_url + "/";
}

CheckResult check_target(const plan::Service& service) {
  constexpr int kProbes = 20;
  HttpClient client;
  std::vector<double> round_trips;
  int status = 0;
  for (int i = 0; i < kProbes; ++i) {
    const auto response = client.fetch(probe(safe_url(service)));
    if (!response) return failure(response.error());
    status = response->status;
    round_trips.push_back(to_milliseconds(response->took));
  }
  std::sort(round_trips.begin(), round_trips.end());
  const std::string evidence = fmt::format("{} probes, status {}, median {:.1f} ms", kProbes,
                                           status, round_trips[kProbes / 2]);
  return status < 500 ? passed(evidence)
                      : failed(evidence, "the service fails before there is any load");
}

CheckResult check_generator_host(const plan::Service& service) {
  const std::string address = address_of(plan::target_of(service.base_url));
  if (address.empty()) {
    return failed("the service's name has no address", "check `base_url` and DNS");
  }
  const std::vector<std::string> own = own_addresses();
  const bool is_loopback = address.starts_with("127.") || address == "::1";
  if (!is_loopback && std::find(own.begin(), own.end(), address) == own.end()) {
    return passed(fmt::format("the service is at {}, not on this machine", address));
  }
  return failed(fmt::format("the service is at {}, on the generator's own machine", address),
                "they take each other's CPU: use another machine, or waive `generator-host`");
}

CheckResult check_clock(const plan::Service& service) {
  HttpClient client;
  const auto response = client.fetch(probe(safe_url(service)));
  if (!response) return failure(response.error());
  const std::string date = header_of(*response, "Date");
  std::tm time{};
  if (date.empty() || ::strptime(date.c_str(), "%a, %d %b %Y %H:%M:%S", &time) == nullptr) {
    return warned("the service sends no Date", "clocks cannot be compared; is NTP on?");
  }
  const WallTime theirs = std::chrono::system_clock::from_time_t(::timegm(&time));
  // The header has whole seconds.
  const double skew = std::abs(to_seconds(theirs - response->sent) + 0.5);
  const std::string evidence = fmt::format("clocks differ by less than {:.0f} s", skew + 0.5);
  return skew < 2 ? passed(evidence)
                  : failed(fmt::format("clocks differ by about {:.0f} s", skew),
                           "events could not be put in order: set the clocks with NTP");
}

CheckResult check_caches(const plan::Service& service) {
  HttpClient client;
  for (int i = 0; i < 2; ++i) {  // the first one may fill a cache
    const auto response = client.fetch(probe(safe_url(service)));
    if (!response) return failure(response.error());
    for (const char* name : {"Age", "X-Cache", "Via", "CF-Cache-Status"}) {
      const std::string value = header_of(*response, name);
      if (value.empty()) continue;
      return failed(fmt::format("{}: {}", name, value),
                    "a cache answers for the service: switch its rules off for the test");
    }
  }
  return passed("no Age, Via, X-Cache in its answers");
}

std::vector<observe::ScrapeTarget> metric_targets(const plan::Plan& plan) {
  std::vector<observe::ScrapeTarget> targets;
  for (const plan::Component& component : plan.service.components) {
    if (!component.scrape.empty()) targets.push_back({component.name, probe(component.scrape)});
  }
  for (const std::string& address : plan.observe.scrape) {
    const bool is_known = std::any_of(targets.begin(), targets.end(),
                                      [&](const auto& one) { return one.request.url == address; });
    if (!is_known) targets.push_back({plan::target_of(address), probe(address)});
  }
  return targets;
}

CheckResult check_metrics(const plan::Plan& plan) {
  HttpClient client;
  std::vector<HttpRequest> requests;
  for (const auto& target : metric_targets(plan)) requests.push_back(target.request);
  std::size_t series = 0;
  for (const auto& response : client.fetch_all(requests)) {
    if (!response) return failure(response.error());
    if (const auto good = observe::check_status(*response); !good) return failure(good.error());
    const auto page = observe::parse_metrics_text(response->body, 50'000);
    if (!page) return failure(page.error());
    series += page->samples.size();
  }
  return passed(fmt::format("{} pages with {} series, read each second", requests.size(), series));
}

CheckResult check_prometheus(const plan::Observe& observe) {
  observe::Prometheus prometheus(probe(observe.prometheus));
  const auto version = prometheus.version();
  if (!version) return failure(version.error());
  const std::string selector = fmt::format("up{{{}}}", observe.prometheus_match);
  const auto interval = prometheus.scrape_interval(selector);
  if (!interval) return failure(interval.error());
  const std::string evidence = fmt::format(
      "Prometheus {}: {} targets, samples {:.1f} s apart, {:.1f} s at worst", *version,
      interval->series_count, to_seconds(interval->median), to_seconds(interval->worst));
  const double limit = to_seconds(observe.max_scrape_interval);
  return to_seconds(interval->worst) <= limit * 1.1
             ? passed(evidence)
             : failed(evidence, fmt::format("scrape every {:.0f} s or more often", limit));
}

CheckResult check_dashboards(const plan::Observe& observe) {
  HttpClient client;
  for (const std::string& address : observe.dashboards) {
    const auto response = client.fetch(probe(address));
    if (!response) return warned(response.error().message(), response.error().hint());
  }
  return passed(fmt::format("{} answer", observe.dashboards.size()));
}

}  // namespace proofload::certify
