// description: requests of setup and teardown are counted, in groups of their own
// points: http_reqs{group=::setup}.count == 1
// points: http_reqs{group=::teardown}.count == 1
// points: http_reqs{group=}.count == 1
// points: http_reqs{group=::setup,scenario=default}.count == 0
import http from 'k6/http';
export function setup() {
  http.get(__ENV.SERVER);
}
export default function () {
  http.get(__ENV.SERVER);
}
export function teardown() {
  http.get(__ENV.SERVER);
}
