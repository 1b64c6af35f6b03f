// description: a metric named with an empty list of thresholds is shown with its sub-metric, samples or not
// metric: sold.count == 0
// metric: sold{shop:north}.count == 0
// metric: unsold absent
// stdout matches: \{ shop:north \}\.+: 0 +0/s
import { Counter } from 'k6/metrics';
new Counter('sold');
new Counter('unsold');
export const options = { thresholds: { 'sold{shop:north}': [] } };
export default function () {}
