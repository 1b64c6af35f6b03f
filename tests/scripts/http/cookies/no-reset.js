// description: noCookiesReset keeps the jar across iterations
// args: --iterations 2
import http from 'k6/http';
import { check } from 'k6';
export const options = { noCookiesReset: true };
export default function () {
  if (__ITER === 0) http.get(`${__ENV.SERVER}/set-cookies?a=1`);
  check(http.get(`${__ENV.SERVER}/cookies`).json(), { kept: (c) => c.a === '1' });
}
