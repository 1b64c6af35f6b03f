// description: an empty script has nothing to run
// file empty.js:
// command: run empty.js
// exit: 255
// log: level=error msg~"no exported functions in script"
export default function () {}
