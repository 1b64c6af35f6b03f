// description: CookieJar.set takes expires in the one form of RFC 1123, or empty
import { check } from 'k6';
import http from 'k6/http';
function outcome(expires) {
  const jar = new http.CookieJar();
  try {
    jar.set('http://shop.test/', 'a', 'b', { expires });
  } catch (error) {
    return error.toString().startsWith('GoError: unable to parse "expires" date string') ? 'refused' : error;
  }
  return jar.cookiesForURL('http://shop.test/').a ? 'kept' : 'gone';
}
export default function () {
  check(outcome, {
    'a date to come': (o) => o('Mon, 02 Jan 2034 15:04:05 GMT') === 'kept',
    'a date gone by': (o) => o('Thu, 01 Jan 1970 00:00:00 GMT') === 'gone',
    'none': (o) => o('') === 'kept',
    'dashes': (o) => o('Mon, 02-Jan-2034 15:04:05 GMT') === 'refused',
    'a Date as text': (o) => o('Thu Jan 01 2034 00:00:00 GMT+0000 (UTC)') === 'refused',
    'null': (o) => o(null) === 'refused',
  });
}
