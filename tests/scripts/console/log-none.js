// description: --log-output none drops the log
// args: --log-output none
// stderr lacks: hello
export default function () {
  console.log('hello');
}
