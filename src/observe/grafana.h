// Grafana: what a panel asks, and of whom.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "observe/http_get.h"

namespace proofload::observe {

// A panel's query of Prometheus, its variables filled in.
struct GrafanaPanel {
  std::string title;
  std::string expression;
  std::string prometheus;           // Grafana's proxy to the data source: speaks Prometheus' API
  std::string over;                 // "24h" of `from=now-24h` in the address; empty without one
  std::vector<std::string> others;  // refIds of the panel's further queries
};

// Reads the dashboard of a panel's address: https://HOST/d/UID/NAME?viewPanel=4, as the browser
// shows it, or an address of /d-solo with panelId. `access` has credentials and timeouts; its own
// address does not count. `step` and `range` stand for $__interval and $__range. Errors are
// kNetwork, or kUsage for an address that is no panel's.
Result<GrafanaPanel> read_grafana_panel(const std::string& url, const HttpRequest& access,
                                        const std::string& step, const std::string& range);

}  // namespace proofload::observe
