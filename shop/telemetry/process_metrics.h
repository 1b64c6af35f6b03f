// What the kernel knows of this process, under the names that Prometheus' own clients use.
#pragma once

namespace proofload::shop {

class Metrics;

// process_cpu_seconds_total, process_resident_memory_bytes, process_open_fds, process_max_fds,
// process_threads, process_start_time_seconds; and, when this process began in a CPU or memory
// cgroup with a limit (cgroup v1), cAdvisor's container_cpu_cfs_periods_total,
// _throttled_periods_total, _throttled_seconds_total, container_cpu_usage_seconds_total,
// container_spec_cpu_quota, _period, container_memory_working_set_bytes,
// container_spec_memory_limit_bytes, container_memory_failcnt and container_oom_events_total.
void add_process_metrics(Metrics& metrics);

}  // namespace proofload::shop
