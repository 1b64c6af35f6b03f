// description: --no-setup and --no-teardown leave them out
// args: --no-setup --no-teardown
// no log: msg~"should not run"
import { check } from 'k6';
export function setup() {
  console.log('setup should not run');
  return 1;
}
export default function (data) {
  check(data, { nothing: (d) => d === undefined });
}
export function teardown() {
  console.log('teardown should not run');
}
