// description: --summary-time-unit prints all times in that unit
// args: --summary-time-unit ms
// stdout matches: iteration_duration\.+: avg=\d+\.\d\dms
export default function () {}
