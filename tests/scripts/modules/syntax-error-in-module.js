// description: a syntax error is placed in its own file
// exit: 107
// file lib.js: export const a = ;
// log: level=error msg~"lib.js"
import './lib.js';
export default function () {}
