// description: an exception in the init code stops before anything runs
// exit: 107
// log: level=error msg~"not today"
// no log: msg=iterated
throw new Error('not today');
export default function () {
  console.log('iterated');
}
