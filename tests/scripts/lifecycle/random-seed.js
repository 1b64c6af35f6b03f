// description: randomSeed makes Math.random repeat itself
import { check, randomSeed } from 'k6';
export default function () {
  const draw = () => [Math.random(), Math.random()].join();
  randomSeed(42);
  const first = draw();
  randomSeed(42);
  check(null, { same: () => draw() === first, 'goes on': () => draw() !== first });
}
