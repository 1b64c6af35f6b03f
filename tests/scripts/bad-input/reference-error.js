// description: an unknown name is a ReferenceError at its line
// exit: 0
// log: level=error msg~"^ReferenceError: notDefined is not defined\\n\\tat .*reference-error.js:5"
export default function () {
  notDefined();
}
