// description: http.file makes an object of data, filename and content type
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.file('text', 'a.txt', 'text/plain'), {
    all: (f) => f.data === 'text' && f.filename === 'a.txt' && f.content_type === 'text/plain',
  });
  check(http.file('text'), { defaults: (f) => /^\d+$/.test(f.filename) && f.content_type === 'application/octet-stream' });
}
