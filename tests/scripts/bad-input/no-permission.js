// description: a folder is no script
// command: run {DIR}
// exit: 255
export default function () {}
