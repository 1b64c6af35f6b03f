// description: response.json on something else says where it stopped
// exit: 0
// log: level=error msg~"cannot parse json due to an error at line 1, character 2"
import http from 'k6/http';
export default function () {
  http.get(`${__ENV.SERVER}/status/404`, { tags: { name: 'x' } });
  http.get(`${__ENV.SERVER}/text?nonsense`).json();
}
