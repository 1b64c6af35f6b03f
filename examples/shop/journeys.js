// The shop's customers: ten browse for one who buys. Runs under Proofload and k6 alike.
//
//   SHOP      where the gateway listens (http://127.0.0.1:17000)
//   PROFILE   gate (1 min), steady (10 min), soak (2 h), spike, capacity; `gate` unless told.
//             Healthy shapes, which no diagnosis should find fault with: constant, ramp, sine, mix (from half time on three
//             times as many buy)
//   RATE      journeys a second at the profile's plateau (30); a journey is about five requests
//   BUYERS    the share of journeys that buy (1/11)
//   USERS, PRODUCTS   how many the shop was seeded with (2000, 500: the small seed)
//   FOR       another length of the plateau, as "15s"
import http from 'k6/http';
import exec from 'k6/execution';
import { check, group, sleep } from 'k6';
import { SharedArray } from 'k6/data';
import { Counter, Rate, Trend } from 'k6/metrics';

const SHOP = __ENV.SHOP || 'http://127.0.0.1:17000';
const RATE = Number(__ENV.RATE || 30);
const BUYERS = Number(__ENV.BUYERS || 1 / 11);
const PROFILE = __ENV.PROFILE || 'gate';
const plateau = (otherwise) => __ENV.FOR || otherwise;

const users = new SharedArray('users', () =>
  Array.from({ length: Number(__ENV.USERS || 2000) }, (_, i) => ({ email: `user${i + 1}@shop.example` })));

// Product ids by popularity: with Zipf's law the first is asked for twice as often as the second. The array holds
// the running share of each, so that a random number finds its product by halving.
const popularity = new SharedArray('popularity', () => {
  const weights = Array.from({ length: Number(__ENV.PRODUCTS || 500) }, (_, i) => 1 / (i + 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let share = 0;
  return weights.map((weight) => (share += weight / total));
});

const arrivals = (options) => ({
  executor: 'ramping-arrival-rate', startRate: Math.max(1, Math.round(RATE / 10)), timeUnit: '1s', preAllocatedVUs: 50, maxVUs: 1000, ...options,
});
const constant = { executor: 'constant-arrival-rate', rate: RATE, timeUnit: '1s', duration: plateau('1m'), preAllocatedVUs: 50, maxVUs: 1000 };
const profiles = {
  constant,
  mix: constant,
  ramp: arrivals({ stages: [{ target: RATE, duration: plateau('2m') }] }),
  sine: arrivals({
    startRate: Math.max(1, Math.round(RATE / 2)),
    stages: Array.from({ length: 24 }, (_, i) => ({ target: Math.round(RATE * (0.55 + 0.45 * Math.sin(((i + 1) * Math.PI) / 4))), duration: plateau('5s') })),
  }),
  gate: arrivals({ stages: [{ target: RATE, duration: '10s' }, { target: RATE, duration: plateau('50s') }] }),
  steady: arrivals({ stages: [{ target: RATE, duration: '1m' }, { target: RATE, duration: plateau('10m') }] }),
  soak: arrivals({ stages: [{ target: RATE, duration: '2m' }, { target: RATE, duration: plateau('2h') }] }),
  spike: arrivals({
    stages: [{ target: RATE, duration: '20s' }, { target: RATE, duration: plateau('30s') }, { target: 5 * RATE, duration: '5s' },
      { target: 5 * RATE, duration: '20s' }, { target: RATE, duration: '5s' }, { target: RATE, duration: plateau('30s') }],
  }),
  capacity: arrivals({
    stages: Array.from({ length: 8 }, (_, i) => [
      { target: Math.round(RATE * (1 + i / 2)), duration: '10s' }, { target: Math.round(RATE * (1 + i / 2)), duration: plateau('30s') }]).flat(),
  }),
};
if (!profiles[PROFILE]) throw new Error(`PROFILE is ${PROFILE}; there are ${Object.keys(profiles).join(', ')}`);

export const options = {
  scenarios: { [PROFILE]: profiles[PROFILE] },
  thresholds: {
    http_req_failed: ['rate<0.01'],
    checks: ['rate>0.99'],
    'http_req_duration{journey:browse}': ['p(99)<500'],
    'http_req_duration{journey:checkout}': ['p(99)<800'],
    'journey_duration{journey:browse}': ['p(99)<1500'],
    'journey_duration{journey:checkout}': ['p(99)<2500'],
  },
};

const ordersPlaced = new Counter('orders_placed');
// Of an order that was placed a moment ago.
const ordersMissing = new Rate('orders_missing_from_history');
// What a customer waited for the shop in one journey; not what they thought, nor logging in.
const journeyDuration = new Trend('journey_duration', true);

function randomProduct() {
  const share = Math.random();
  let [low, high] = [0, popularity.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (popularity[middle] < share) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}

// A VU is one customer; the token lives five minutes and is renewed in time.
let session = null;
function token() {
  if (session && session.renewAt > Date.now()) return session.token;
  const user = users[(exec.vu.idInTest - 1) % users.length];
  const answer = http.post(`${SHOP}/login`, JSON.stringify(user), { headers: { 'Content-Type': 'application/json' }, tags: { name: 'login' } });
  if (!check(answer, { 'logged in': (r) => r.status === 200 })) return '';
  session = { token: answer.json('token'), renewAt: Date.now() + (answer.json('expires_in') - 30) * 1000 };
  return session.token;
}

const signed = (name, body) => ({
  headers: { Authorization: `Bearer ${token()}`, ...(body ? { 'Content-Type': 'application/json' } : {}) }, tags: { name },
});

let waited = 0;
function waitedFor(answer) {
  waited += answer.timings.duration;
  return answer;
}

const think = () => sleep(0.05 + Math.random() * 0.1);

function browse() {
  const page = waitedFor(http.get(`${SHOP}/products?page=${1 + Math.floor(Math.random() * 20)}`, { tags: { name: 'products' } }));
  check(page, { 'a page of products': (r) => r.status === 200 && r.json('items').length > 0 });
  const found = waitedFor(http.get(`${SHOP}/search?q=soft`, { tags: { name: 'search' } }));
  check(found, { 'search answers': (r) => r.status === 200 });
  for (let i = 0; i < 3; i++) {
    const product = waitedFor(http.get(`${SHOP}/products/${randomProduct()}`, { tags: { name: 'product' } }));
    check(product, { 'a product': (r) => r.status === 200 && r.json('price_cents') > 0 });
    think();
  }
}

function buy() {
  for (let i = 0; i < 2; i++) {
    const item = JSON.stringify({ product_id: randomProduct(), quantity: 1 + (i % 2) });
    const added = waitedFor(http.post(`${SHOP}/cart/items`, item, signed('cart add', item)));
    check(added, { 'in the cart': (r) => r.status === 201 });
  }
  const cart = waitedFor(http.get(`${SHOP}/cart`, signed('cart')));
  check(cart, { 'the cart has a total': (r) => r.status === 200 && r.json('total_cents') > 0 });
  const order = waitedFor(http.post(`${SHOP}/checkout`, null, signed('checkout')));
  const isOrdered = check(order, { 'ordered': (r) => r.status === 201 });
  think();
  const history = waitedFor(http.get(`${SHOP}/orders`, signed('orders')));
  check(history, { 'orders are listed': (r) => r.status === 200 && r.json('orders').length > 0 });
  if (!isOrdered) return;
  ordersPlaced.add(1);
  if (history.status === 200) ordersMissing.add(!history.json('orders').some((one) => one.id === order.json('order')));
}

const buyers = () => (PROFILE === 'mix' && exec.scenario.progress > 0.5 ? Math.min(1, 3 * BUYERS) : BUYERS);

function run(journey) {
  exec.vu.metrics.tags.journey = journey;
  waited = 0;
  group(journey, journey === 'browse' ? browse : buy);
  journeyDuration.add(waited);
}

// A plan weighs these two itself.
export const browsing = () => run('browse');
export const buying = () => run('checkout');

export default function () {
  run(Math.random() < buyers() ? 'checkout' : 'browse');
}
