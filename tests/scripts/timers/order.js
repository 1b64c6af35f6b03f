// description: timers fire by time, then by order of their making; microtasks go first
// log: msg=micro,zero,one,two
export default function () {
  const seen = [];
  setTimeout(() => seen.push('two'), 40);
  setTimeout(() => seen.push('zero'), 0);
  setTimeout(() => seen.push('one'), 20);
  Promise.resolve().then(() => seen.push('micro'));
  setTimeout(() => console.log(seen.join()), 80);
}
