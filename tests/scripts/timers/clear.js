// description: a cleared timer does not fire and does not hold the iteration
// metric: iteration_duration.max < 1000
// no log: msg=never
export default function () {
  const id = setTimeout(() => console.log('never'), 5000);
  clearTimeout(id);
  clearTimeout(12345);
}
