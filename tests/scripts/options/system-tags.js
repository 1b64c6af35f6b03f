// description: systemTags chooses which tags there are
// points: http_reqs{status=200,!url,!method,!scenario,!group}.count == 1
import http from 'k6/http';
export const options = { systemTags: ['status'] };
export default function () {
  http.get(__ENV.SERVER);
}
