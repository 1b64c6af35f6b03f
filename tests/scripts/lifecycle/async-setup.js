// description: setup and teardown may be async
// log: msg="teardown 5"
import { check } from 'k6';
export async function setup() {
  await new Promise((done) => setTimeout(done, 20));
  return 5;
}
export default function (data) {
  check(data, { awaited: (d) => d === 5 });
}
export async function teardown(data) {
  await null;
  console.log(`teardown ${data}`);
}
