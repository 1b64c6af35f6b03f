// description: importing a name that a module does not export is an error
// exit: 107
// file lib.js: export const a = 1;
import { b } from './lib.js';
export default function () {
  b();
}
