// description: a call takes a list of as many arguments as a file has bytes
import { check } from 'k6';
export default function () {
  const bytes = new Uint8Array(300000).fill(7);
  const body = [];
  body.push(...bytes);
  Array.prototype.push.apply(body, bytes);
  check(body, { 'all are there': (b) => b.length === 600000 && b[599999] === 7 });
  check(Math.max.apply(null, bytes), { 'also for a function of the engine': (m) => m === 7 });
}
