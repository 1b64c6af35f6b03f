// description: --include-system-env-vars=false leaves the environment out
// args: --include-system-env-vars=false -e MINE=1
import { check } from 'k6';
export default function () {
  check(__ENV, { mine: (e) => e.MINE === '1', none: (e) => e.SERVER === undefined });
}
