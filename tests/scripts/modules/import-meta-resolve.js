// description: import.meta.resolve gives the whole name of a module
import { check } from 'k6';
const name = import.meta.resolve('./lib/a.js');
export default function () {
  check(name, { url: (n) => n.startsWith('file:///') && n.endsWith('/lib/a.js') });
}
