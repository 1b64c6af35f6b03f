// description: setResponseCallback changes the default of this VU
// points: http_req_failed{status=200}.sum == 1
// points: http_req_failed{status=404}.sum == 0
import http from 'k6/http';
http.setResponseCallback(http.expectedStatuses(404));
export default function () {
  http.get(`${__ENV.SERVER}/status/404`);
  http.get(`${__ENV.SERVER}/status/200`);
}
