// description: a VU uses one connection for its requests, also across iterations
// args: --iterations 3
// points: http_req_connecting.count == 6
import http from 'k6/http';
import { check } from 'k6';
let connection;
export default function () {
  for (let i = 0; i < 2; i++) {
    const seen = http.get(`${__ENV.SERVER}/connections`).json('connection');
    check(seen, { same: (c) => connection === undefined || c === connection });
    connection = seen;
  }
}
