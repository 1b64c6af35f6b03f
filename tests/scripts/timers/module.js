// description: k6/timers has the same functions as the globals
import { setTimeout as st, clearTimeout as ct, setInterval as si, clearInterval as ci } from 'k6/timers';
import { check } from 'k6';
export default async function () {
  await new Promise((done) => st(done, 10));
  const id = si(() => {}, 1000);
  ci(id);
  ct(st(() => {}, 1000));
  check(null, { numbers: () => typeof id === 'number' });
}
