// description: a full disk under the console's file does not end the run
// args: --console-output /dev/full
// exit: 0
// metric: iterations.count == 1
export default function () {
  console.log('lost');
}
