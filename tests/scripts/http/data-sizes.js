// description: data_sent and data_received are the bytes on the socket
// metric: data_sent.count >= 60
// metric: data_sent.count <= 110
// metric: data_received.count >= 1080
// metric: data_received.count <= 1200
import http from 'k6/http';
export default function () {
  http.get(`${__ENV.SERVER}/bytes/1000`);
}
