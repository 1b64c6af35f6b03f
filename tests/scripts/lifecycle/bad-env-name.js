// description: a name for -e has letters, digits and underscores
// args: -e 5x=1
// exit: 255
export default function () {}
