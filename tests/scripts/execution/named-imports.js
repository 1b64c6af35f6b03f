// description: the parts of k6/execution can be imported by name
import { scenario, vu, instance, test } from 'k6/execution';
import { check } from 'k6';
export default function () {
  check(null, { all: () => scenario.name === 'default' && vu.idInTest === 1 && instance.vusActive === 1 && typeof test.abort === 'function' });
}
