// description: requests that setup() waits for are ended by its timeout, and teardown() is not run
// exit: 100
// log: level=error msg~"setup\\(\\) execution timed out after 1 seconds"
// no log: msg=went
import http from 'k6/http';
export const options = { setupTimeout: '1s' };
export async function setup() {
  setTimeout(() => console.log('went'), 60000);
  const pending = http.asyncRequest('GET', `${__ENV.SERVER}/hang`);
  http.batch([['GET', `${__ENV.SERVER}/hang`], ['GET', `http://${__ENV.SILENT}`]]);
  await pending;
  console.log('went');
}
export default function () {}
