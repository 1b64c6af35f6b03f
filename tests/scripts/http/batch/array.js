// description: batch runs an array of requests in parallel and keeps their order
// metric: http_reqs.count == 4
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const start = Date.now();
  const responses = http.batch([
    `${__ENV.SERVER}/delay/200`,
    ['POST', `${__ENV.SERVER}/echo`, 'two', { headers: { 'X-N': '2' } }],
    { method: 'PUT', url: `${__ENV.SERVER}/echo`, body: 'three' },
    ['GET', `${__ENV.SERVER}/delay/200`],
  ]);
  check(responses, {
    order: (r) => r[0].json('delay') === 200 && r[1].json('body') === 'two' && r[2].json('method') === 'PUT' && r[3].status === 200,
    headers: (r) => r[1].json('headers')['x-n'] === '2',
    parallel: () => Date.now() - start < 390,
  });
}
