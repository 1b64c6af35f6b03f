// description: there is no scenario in setup
// exit: 107
// log: level=error msg~"getting scenario information outside of the VU context is not supported"
import exec from 'k6/execution';
export function setup() {
  exec.scenario.name;
}
export default function () {}
