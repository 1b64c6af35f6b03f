// description: a string body goes out as UTF-8 without a content type
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const sent = http.post(`${__ENV.SERVER}/echo`, 'grüße €').json();
  check(sent, {
    body: (s) => s.body === 'grüße €', bytes: (s) => s.length === 11, 'no type': (s) => !('content-type' in s.headers),
  });
}
