// description: sleep takes fractions; zero and less return at once
// metric: iteration_duration.max < 900
import { sleep } from 'k6';
export default function () {
  const start = Date.now();
  sleep(0.05);
  sleep(0);
  sleep(-5);
  if (Date.now() - start < 45) throw new Error('too short');
}
