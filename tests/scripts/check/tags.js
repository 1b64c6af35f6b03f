// description: tags given to check and the check's name stand on its sample
// points: checks{check=tagged,team=a,scenario=default,group=}.count == 2
// points: checks.count == 2
// args: --iterations 2
import { check } from 'k6';
export default function () {
  check(1, { tagged: true }, { team: 'a' });
}
