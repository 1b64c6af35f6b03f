// description: async requests run side by side
import http from 'k6/http';
import { check } from 'k6';
export default async function () {
  const start = Date.now();
  const all = await Promise.all([1, 2, 3].map(() => http.asyncRequest('GET', `${__ENV.SERVER}/delay/150`)));
  check(all, { three: (r) => r.length === 3 && r.every((x) => x.status === 200), parallel: () => Date.now() - start < 400 });
}
