// description: a request in a promise that teardown() waits for is ended by its timeout
// exit: 101
// log: level=error msg~"teardown\\(\\) execution timed out after 1 seconds"
// metric: iterations.count == 1
import http from 'k6/http';
export const options = { teardownTimeout: '1s' };
export default function () {}
export async function teardown() {
  await Promise.all([http.asyncRequest('GET', `${__ENV.SERVER}/hang`), new Promise(() => {})]);
}
