// description: a script without exported functions has nothing to run
// exit: 255
// log: level=error msg~"no exported functions in script"
const x = 1;
