// description: a summary export that cannot be written is an error in the log, not of the run
// command: run --quiet --no-color --summary-export=/dev/full {SCRIPT}
// exit: 0
// stdout contains: iterations
// stderr matches: (?i)no space left on device
export default function () {}
