// description: the compression parameter packs the body and says so
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const text = 'squeeze me '.repeat(50);
  for (const compression of ['gzip', 'deflate', 'gzip, deflate']) {
    check(http.post(`${__ENV.SERVER}/decoded`, text, { compression }).json(), {
      [compression]: (j) => j.body === text && j.encoding === compression && j.length < 100,
    });
  }
}
