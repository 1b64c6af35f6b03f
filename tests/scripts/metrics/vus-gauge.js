// description: vus and vus_max are sampled each second
// args: --vus 3 --duration 1s
// metric: vus.value == 3
// metric: vus_max.value == 3
import { sleep } from 'k6';
export default function () {
  sleep(0.3);
}
