// description: an unknown summary mode is an error
// args: --summary-mode pretty
// exit: 255
export default function () {}
