// description: setup without a return value gives undefined to iterations
import { check } from 'k6';
export function setup() {}
export default function (data) {
  check(data, { nothing: (d) => d === undefined || d === null });
}
