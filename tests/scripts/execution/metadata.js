// description: exec.vu.metrics.metadata goes beside the tags, not among them
// only: k6 (metadata that a script sets is not written to raw outputs yet)
// differs: metadata is kept for the script but not written to outputs
// [k6] points: my_counter{metadata.trace=abc,!trace}.count == 1
// [proofload] points: my_counter{!trace}.count == 1
// points: my_counter{also=tag}.count == 1
import exec from 'k6/execution';
import { Counter } from 'k6/metrics';
const c = new Counter('my_counter');
export default function () {
  exec.vu.metrics.metadata.trace = 'abc';
  exec.vu.metrics.tags.also = 'tag';
  c.add(1);
}
