// description: a local module that is not there is named
// exit: 107
// log: level=error msg~"nowhere.js"
import './nowhere.js';
export default function () {}
