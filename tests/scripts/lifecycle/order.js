// description: init, setup, iterations, teardown and handleSummary run in this order, with setup's data
// log 1 times: msg="setup vu=0"
// log 2 times: msg~"iteration of vu 1 with hello"
// log 1 times: msg="teardown with hello"
// stdout contains: my own summary
// args: --iterations 2
export function setup() {
  console.log(`setup vu=${__VU}`);
  return { word: 'hello' };
}
export default function (data) {
  console.log(`iteration of vu ${__VU} with ${data.word}`);
}
export function teardown(data) {
  console.log(`teardown with ${data.word}`);
}
export function handleSummary() {
  return { stdout: 'my own summary\n' };
}
