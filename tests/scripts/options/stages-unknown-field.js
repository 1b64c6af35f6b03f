// description: a stage of the option stages may have fields that mean nothing; one without a duration is none
// metric: iterations.count >= 1
// metric: vus.max == 1
import { sleep } from 'k6';
export const options = { stages: [{ durtaion: '5s', target: 3 }, { duration: '1500ms', target: 1, note: 'x' }] };
export default function () {
  sleep(0.3);
}
