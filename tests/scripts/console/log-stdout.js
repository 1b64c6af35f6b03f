// description: --log-output stdout puts the log with the output
// args: --log-output stdout
// stdout contains: msg=hello
export default function () {
  console.log('hello');
}
