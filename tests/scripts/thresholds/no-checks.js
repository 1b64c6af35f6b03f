// description: a threshold on checks shows their totals even when no check ran, and holds
// threshold: checks rate>0.9 passed
// stdout matches: checks_total\.+: 0 +0/s
// stdout matches: checks_succeeded\.+: 0\.00% 0 out of 0
// stdout matches: checks_failed\.+: 0\.00% 0 out of 0
export const options = { thresholds: { checks: ['rate>0.9'] } };
export default function () {}
