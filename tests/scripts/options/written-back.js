// description: what flags change in the options can be read in the script's own options object
// args: --iterations 2 --vus 1 --rps 50
// log: msg="setup 2 1 50 kept"
// log 2 times: msg="iteration 2 1 50 kept"
export const options = { iterations: 5, vus: 3, tags: { own: 'kept' } };
function shown() {
  return `${options.iterations} ${options.vus} ${options.rps} ${options.tags.own}`;
}
export function setup() {
  console.log('setup', shown());
}
export default function () {
  console.log('iteration', shown());
}
