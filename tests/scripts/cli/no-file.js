// description: a script that is not there is an error
// command: run nowhere.js
// exit: 255
// log: level=error msg~"nowhere.js"
export default function () {}
