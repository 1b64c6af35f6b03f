// description: exec.vu.tags are put on all later samples, and stay for later iterations
// points: http_reqs{colour=red}.count == 3
// points: http_reqs{!colour}.count == 1
// args: --iterations 2
import exec from 'k6/execution';
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  http.get(__ENV.SERVER);
  exec.vu.tags.colour = 'red';
  http.get(__ENV.SERVER);
  check(exec.vu.tags, { read: (t) => t.colour === 'red', system: (t) => t.scenario === 'default' });
}
