// description: a script may await at its top
import { check } from 'k6';
const value = await Promise.resolve(7);
export default function () {
  check(value, { awaited: (v) => v === 7 });
}
