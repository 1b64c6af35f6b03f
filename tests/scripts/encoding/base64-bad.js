// description: what is not base64 is an exception
// exit: 0
// log: level=error msg~"illegal base64 data"
import { b64decode } from 'k6/encoding';
export default function () {
  b64decode('!!!');
}
