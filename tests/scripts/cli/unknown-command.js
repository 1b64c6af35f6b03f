// description: an unknown command is named
// command: frobnicate
// exit: 255
// log: level=error msg~"frobnicate"
export default function () {}
