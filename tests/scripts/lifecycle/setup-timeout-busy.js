// description: an endless loop in setup() is ended by its timeout, and finally blocks do not run
// exit: 100
// log: level=error msg~"setup\\(\\) execution timed out after 1 seconds"
// no log: msg=iterated
// no log: msg=went
export const options = { setupTimeout: '1s' };
export function setup() {
  for (;;) {
    try {
      for (;;) {}
    } catch (e) {
      console.log('went');
    } finally {
      console.log('went');
    }
  }
}
export default function () {
  console.log('iterated');
}
