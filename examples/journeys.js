// Three journeys through a small shop, each at its own pace, with checks and thresholds.
// Any k6-like tool runs it: SHOP=http://127.0.0.1:8080 proofload run examples/journeys.js
import http from 'k6/http';
import { check, group, sleep } from 'k6';
import { Counter, Trend } from 'k6/metrics';
import exec from 'k6/execution';

const shop = __ENV.SHOP || 'http://127.0.0.1:8080';
const revenue = new Counter('revenue_cents');
const checkoutTime = new Trend('checkout_time', true);

export const options = {
  scenarios: {
    // A steady stream of visitors who look around; a new one comes however long the others take.
    browse: { executor: 'constant-arrival-rate', exec: 'browse', rate: 60, timeUnit: '1s', duration: '8s', preAllocatedVUs: 20, gracefulStop: '2s' },
    // Buyers, more and more of them and then fewer.
    buy: {
      executor: 'ramping-vus', exec: 'buy', startVUs: 1, gracefulStop: '2s',
      stages: [{ duration: '3s', target: 10 }, { duration: '4s', target: 10 }, { duration: '1s', target: 0 }],
    },
    // Someone who makes mistakes.
    mistakes: { executor: 'per-vu-iterations', exec: 'mistakes', vus: 1, iterations: 10, startTime: '2s', maxDuration: '6s', gracefulStop: '2s' },
  },
  thresholds: {
    checks: ['rate>0.99'],
    http_req_failed: ['rate<0.01'],
    'http_req_duration{name:GET /products}': ['p(95)<250'],
    'http_req_duration{name:POST /carts/{id}/checkout}': ['p(95)<250'],
    checkout_time: ['p(90)<600'],
    dropped_iterations: ['count<5'],
  },
};

const json = { headers: { 'Content-Type': 'application/json' } };

function named(name, params = {}) {
  return { ...params, tags: { name } };
}

export function browse() {
  const page = http.get(`${shop}/products?page=${1 + (exec.scenario.iterationInTest % 10)}`, named('GET /products'));
  check(page, { 'ten products on a page': (r) => r.status === 200 && r.json('items.#') === 10 });
  const id = page.json('items.3.id');
  check(http.get(`${shop}/products/${id}`, named('GET /products/{id}')), { 'the product asked for': (r) => r.json('id') === id });
}

export function buy() {
  const cart = `${shop}/carts/vu-${exec.vu.idInTest}-${exec.vu.iterationInScenario}`;
  const start = Date.now();
  group('fill the cart', () => {
    for (const product of [3, 5]) {
      const r = http.post(cart, JSON.stringify({ product, quantity: 2 }), named('POST /carts/{id}', json));
      check(r, { 'added to the cart': (r) => r.status === 201 });
    }
  });
  sleep(0.05);
  group('check out', () => {
    const r = http.post(`${cart}/checkout`, null, named('POST /carts/{id}/checkout'));
    if (check(r, { ordered: (r) => r.status === 201, 'right total': (r) => r.json('total_cents') === 1388 })) revenue.add(r.json('total_cents'));
  });
  checkoutTime.add(Date.now() - start);
  sleep(0.1);
}

export function mistakes() {
  const expected = { responseCallback: http.expectedStatuses(400, 404, 409) };
  check(http.get(`${shop}/products/1000`, named('GET /products/{id}', expected)), { 'no such product': (r) => r.status === 404 });
  check(http.post(`${shop}/carts/nobody/checkout`, null, named('POST /carts/{id}/checkout', expected)), { 'an empty cart': (r) => r.status === 409 });
  check(http.post(`${shop}/carts/nobody`, 'not JSON', named('POST /carts/{id}', expected)), { 'not understood': (r) => r.status === 400 });
  sleep(0.3);
}
