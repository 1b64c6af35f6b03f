// description: an endless loop does not withstand an interrupt
// exit: 105
// signal: INT on started
export const options = { duration: '30s' };
export default function () {
  console.log('started');
  for (;;) {}
}
