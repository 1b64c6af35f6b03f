// description: groups nest with :: and tag everything inside them
// points: http_reqs{group=::outer::inner}.count == 1
// points: http_reqs{group=::outer}.count == 1
// points: http_reqs{group=}.count == 1
// points: group_duration{group=::outer::inner}.count == 1
// points: group_duration{group=::outer}.count == 1
import { group } from 'k6';
import http from 'k6/http';
export default function () {
  http.get(__ENV.SERVER);
  group('outer', () => {
    http.get(__ENV.SERVER);
    group('inner', () => http.get(__ENV.SERVER));
  });
}
