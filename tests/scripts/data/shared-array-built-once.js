// description: the function of a SharedArray runs once, however many VUs there are
// args: --vus 3 --iterations 3
// log 1 times: msg=building
import { SharedArray } from 'k6/data';
import { check } from 'k6';
const data = new SharedArray('once', () => {
  console.log('building');
  return [1];
});
export default function () {
  check(data, { there: (d) => d[0] === 1 });
}
