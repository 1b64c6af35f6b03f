// description: one request gives one point of each of the nine http metrics, all with the same tags
// points: http_reqs{method=GET,status=200,proto=HTTP/1.1,expected_response=true,scenario=default,group=,!error,!error_code,!tls_version}.count == 1
// points: http_req_duration{status=200}.count == 1
// points: http_req_blocked{status=200}.count == 1
// points: http_req_connecting{status=200}.count == 1
// points: http_req_tls_handshaking{status=200}.count == 1
// points: http_req_sending{status=200}.count == 1
// points: http_req_waiting{status=200}.count == 1
// points: http_req_receiving{status=200}.count == 1
// points: http_req_failed{status=200}.count == 1
import http from 'k6/http';
export default function () {
  http.get(__ENV.SERVER);
}
