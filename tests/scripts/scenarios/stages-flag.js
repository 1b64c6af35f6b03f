// description: --stage ramps VUs
// args: --stage 500ms:3,500ms:0
// metric: vus_max.value == 3
import { sleep } from 'k6';
export default function () {
  sleep(0.05);
}
