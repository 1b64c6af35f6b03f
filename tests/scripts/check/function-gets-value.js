// description: a check function gets the checked value itself
import { check } from 'k6';
export default function () {
  const value = { list: [1, 2] };
  check(value, { same: (v) => v === value, 'one argument': function () { return arguments.length === 1; } });
}
