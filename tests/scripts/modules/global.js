// description: global is globalThis
import { check } from 'k6';
export default function () {
  check(null, { same: () => global === globalThis });
}
