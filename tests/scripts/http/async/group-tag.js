// description: an async request keeps the group it was started in
// points: http_reqs{group=::g}.count == 1
import http from 'k6/http';
import { group } from 'k6';
export default function () {
  group('g', () => { http.asyncRequest('GET', __ENV.SERVER); });
}
