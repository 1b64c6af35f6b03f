// description: opening a file that is not there is an error of the init code
// exit: 107
// log: level=error msg~"nowhere.txt"
open('./nowhere.txt');
export default function () {}
