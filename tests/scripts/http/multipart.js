// description: an object with a file is sent as multipart/form-data
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const parts = http.post(`${__ENV.SERVER}/multipart`, {
    title: 'a photo',
    photo: http.file('pixels', 'photo.png', 'image/png'),
    raw: http.file(new Uint8Array([65, 66]).buffer, 'raw.bin'),
  }).json();
  const by = (name) => parts.find((p) => p.name === name);
  check(parts, {
    three: (p) => p.length === 3,
    field: () => by('title').body === 'a photo' && by('title').filename === null,
    file: () => by('photo').body === 'pixels' && by('photo').filename === 'photo.png' && by('photo').type === 'image/png',
    binary: () => by('raw').body === 'AB' && by('raw').type === 'application/octet-stream',
  });
}
