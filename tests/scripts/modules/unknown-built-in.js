// description: an unknown k6 module is named
// exit: 107
// log: level=error msg~"k6/nosuch"
import 'k6/nosuch';
export default function () {}
