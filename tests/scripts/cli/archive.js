// description: archive packs a script with what it needs
// file lib.js: export const a = 1;
// command: archive -O out.tar {SCRIPT}
// wrote out.tar contains: metadata.json
// wrote out.tar contains: export const a = 1;
import { a } from './lib.js';
export default function () {
  if (a !== 1) throw new Error('a');
}
