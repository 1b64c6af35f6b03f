// description: b64encode and b64decode know four alphabets
import encoding from 'k6/encoding';
import { b64encode, b64decode } from 'k6/encoding';
import { check } from 'k6';
export default function () {
  const odd = new Uint8Array([251, 255, 254, 65]).buffer;
  check(null, {
    std: () => b64encode(odd) === '+//+QQ==', rawstd: () => b64encode(odd, 'rawstd') === '+//+QQ',
    url: () => b64encode(odd, 'url') === '-__-QQ==', rawurl: () => b64encode(odd, 'rawurl') === '-__-QQ',
    utf8: () => b64encode('grüße') === 'Z3LDvMOfZQ==', empty: () => b64encode('') === '',
    'default export': () => encoding.b64encode('a') === 'YQ==',
    'to text': () => b64decode('Z3LDvMOfZQ==', 'std', 's') === 'grüße',
    'to bytes': () => new Uint8Array(b64decode('-__-QQ', 'rawurl'))[1] === 255,
  });
}
