// description: a full disk under the log's file does not end the run
// args: --log-output file=/dev/full
// exit: 0
// metric: iterations.count == 1
export default function () {
  console.log('lost');
}
