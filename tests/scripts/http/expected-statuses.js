// description: responseCallback decides what http_req_failed and expected_response say
// points: http_req_failed{status=404}.sum == 1
// points: http_req_failed{status=410}.sum == 0
// points: http_reqs{status=404,expected_response=false}.count == 1
// points: http_reqs{status=410,expected_response=true}.count == 1
// points: http_req_failed{status=500}.count == 0
// points: http_reqs{status=500,!expected_response}.count == 1
import http from 'k6/http';
export default function () {
  http.get(`${__ENV.SERVER}/status/404`);
  http.get(`${__ENV.SERVER}/status/410`, { responseCallback: http.expectedStatuses(200, { min: 400, max: 420 }) });
  http.get(`${__ENV.SERVER}/status/500`, { responseCallback: null });
}
