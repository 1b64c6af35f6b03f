// description: the init code runs once for itself, once for each VU and for the ones around
// args: --vus 2 --iterations 2
// log 1 times: msg="init of 1"
// log 1 times: msg="init of 2"
console.log(`init of ${__VU}`);
export default function () {}
