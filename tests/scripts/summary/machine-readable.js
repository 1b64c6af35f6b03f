// description: --new-machine-readable-summary changes the export and handleSummary's argument
// args: --new-machine-readable-summary
// wrote summary.json matches: "version": ?"1.0.0"
// wrote summary.json matches: "name": ?"checks_total"
// stdout contains: results
import { check } from 'k6';
export default function () {
  check(1, { a: true });
}
export function handleSummary(data) {
  return { stdout: Object.keys(data).join() + '\n' };
}
