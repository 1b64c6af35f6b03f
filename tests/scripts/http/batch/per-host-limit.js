// description: batchPerHost bounds how many of a batch are under way to one host
import http from 'k6/http';
import { check } from 'k6';
export const options = { batchPerHost: 2 };
export default function () {
  const start = Date.now();
  http.batch(Array(6).fill(`${__ENV.SERVER}/delay/100`));
  const took = Date.now() - start;
  check(took, { 'three rounds': (t) => t >= 295 });
}
