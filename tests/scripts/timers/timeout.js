// description: an iteration lasts until its timers have fired
// metric: iteration_duration.min >= 50
// log: msg="fired with a and 2"
export default function () {
  setTimeout((x, y) => console.log(`fired with ${x} and ${y}`), 60, 'a', 2);
}
