// description: a summary that cannot be written does not hide the run's result
// stdout to: /dev/full
// exit: 0
// wrote summary.json contains: "iterations"
export default function () {}
