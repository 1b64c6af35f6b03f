// description: run takes one script
// command: run {SCRIPT} {SCRIPT}
// exit: 255
export default function () {}
