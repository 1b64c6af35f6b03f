// description: a bare name is no module
// exit: 107
// log: level=error msg~"lodash"
import 'lodash';
export default function () {}
