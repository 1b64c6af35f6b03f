// description: an unknown flag is named
// args: --no-such-flag
// exit: 255
// log: level=error msg~"unknown flag: --no-such-flag"
export default function () {}
