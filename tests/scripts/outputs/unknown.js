// description: an unknown output is named, with those there are
// args: --out nosuch
// exit: 255
// log: level=error msg~"nosuch"
export default function () {}
