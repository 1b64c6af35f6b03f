// description: metrics and other classes of the modules can be made without new
// metric: sold.count == 1
// metric: waited.max == 5
import { check } from 'k6';
import { SharedArray } from 'k6/data';
import http from 'k6/http';
import * as metrics from 'k6/metrics';
import { Counter } from 'k6/metrics';
const sold = Counter('sold');
const waited = metrics.Trend('waited');
const list = SharedArray('list', () => [1, 2]);
export default function () {
  sold.add(1);
  waited.add(5);
  check(list, { 'a shared array': (l) => l.length === 2 });
  check(http.CookieJar(), { 'a jar': (j) => typeof j.set === 'function' });
}
