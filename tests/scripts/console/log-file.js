// description: --log-output file puts the log into a file
// args: --log-output file=run.log
// wrote run.log contains: hello
// stderr lacks: hello
export default function () {
  console.log('hello');
}
