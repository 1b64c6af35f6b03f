// description: the execution metrics are there after every run
// args: --vus 2 --iterations 4
// metric: iterations.count == 4
// metric: iteration_duration.min >= 10
// metric: data_received.count == 0
// metric: data_sent.count == 0
import { sleep } from 'k6';
export default function () {
  sleep(0.01);
}
