// A POST with a JSON body, the answer parsed and four checks on it: what most scripts do.
import http from 'k6/http';
import { check } from 'k6';
const params = { headers: { 'Content-Type': 'application/json' } };
export default function () {
  const body = JSON.stringify({ vu: __VU, iteration: __ITER, items: [{ sku: 'a-1', quantity: 1 }, { sku: 'b-2', quantity: 3 }] });
  check(http.post(`${__ENV.TARGET}orders`, body, params), {
    'status is 200': (r) => r.status === 200,
    'is ok': (r) => r.json().status === 'ok',
    'has two items': (r) => r.json().items.length === 2,
    'right total': (r) => r.json().total === 42.5,
  });
}
