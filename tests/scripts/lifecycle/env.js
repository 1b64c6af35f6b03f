// description: -e sets __ENV, and beats the environment
// args: -e WHO=flag -e WITH_EQUALS=a=b
// env: WHO=environment
// env: OTHER=environment
import { check } from 'k6';
export default function () {
  check(__ENV, { flag: (e) => e.WHO === 'flag', environment: (e) => e.OTHER === 'environment', equals: (e) => e.WITH_EQUALS === 'a=b' });
}
