// description: response.json parses the body, with a selector it picks from it
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const r = http.get(`${__ENV.SERVER}/json`);
  check(r, {
    whole: (r) => r.json().items.length === 2,
    path: (r) => r.json('items.0.price') === 9.5,
    count: (r) => r.json('items.#') === 2,
    each: (r) => JSON.stringify(r.json('items.#.id')) === '[1,2]',
    query: (r) => r.json('items.#(price>10).id') === 2,
    nested: (r) => r.json('nested.deep.value') === true,
    'escaped dot': (r) => r.json('dotted\\.key') === 'found',
    'null value': (r) => r.json('none') === null,
    'no match': (r) => r.json('no.such.path') === undefined,
    text: (r) => r.json('text') === 'grüße',
  });
}
