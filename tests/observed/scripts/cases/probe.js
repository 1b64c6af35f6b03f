// Values and error texts of small calls: init, setup, iteration.
import { check, group, sleep } from 'k6';
import crypto from 'k6/crypto';
import { SharedArray } from 'k6/data';
import encoding from 'k6/encoding';
import exec from 'k6/execution';
import http from 'k6/http';
import { Counter, Gauge, Rate, Trend } from 'k6/metrics';

const show = (v) => { try { return typeof v === 'object' && v !== null ? JSON.stringify(v) : typeof v + ' ' + String(v); } catch (e) { return 'unprintable ' + e; } };
const run = (where, list) => list.forEach((f) => {
  let r;
  try { r = show(f()); } catch (e) { r = `throws ${Object.prototype.toString.call(e)} name=${e && e.name} message=${e && e.message} string=${e}`; }
  console.log(`${where}: ${f.toString().replace(/^\(\) => /, '')} => ${r}`);
});
const shared = new SharedArray('s', () => [{ a: 1 }, 2, 'x']);
const c = new Counter('c_one'), t = new Trend('t_one', true);
export const options = { iterations: 1, tags: { run: 'r' }, summaryTrendStats: ['avg', 'p(99)'], thresholds: { c_one: ['count>0'] } };

run('init', [
  () => new Counter('c_one') === c, () => new Gauge('c_one'), () => new Counter('c_one', true), () => new Counter('a'), () => new Counter('bad-name'), () => new Counter(), () => Counter('x'),
  () => c.name, () => c.add(1), () => { c.name = 'z'; return c.name; }, () => Object.keys(c), () => shared.length, () => shared[0], () => shared[9], () => { shared[0] = 1; return shared[0]; },
  () => { shared[0].a = 2; return shared[0].a; }, () => [...shared], () => Array.isArray(shared), () => shared.map((x) => typeof x), () => new SharedArray('n', () => 5), () => new SharedArray('', () => []), () => new SharedArray('f'),
  () => new SharedArray('as', async () => []), () => http.get('http://x/'), () => http.batch(['http://x/']), () => http.cookieJar(), () => check(1, { a: true }), () => group('g', () => {}), () => exec.vu.idInTest, () => exec.scenario.name,
  () => exec.instance.vusActive, () => exec.test.options, () => __VU, () => __ITER, () => sleep(0), () => open('ok.js').length, () => open('ok.js', 'b').byteLength, () => open('absent.txt'), () => open(''), () => require('./absent.js'),
  () => import.meta.resolve('./ok.js'), () => Object.keys(http).sort().join(), () => http.url`a${1}b`, () => typeof http.default, () => setTimeout(() => {}, 0),
]);
export function setup() {
  run('setup', [() => exec.scenario.name, () => exec.vu.idInTest, () => exec.vu.tags, () => exec.test.options.scenarios, () => c.add(1), () => check(1, { 'in setup': true }), () => new Counter('c_two'), () => open('ok.js'), () => __VU, () => __ITER]);
  return { u: undefined, n: null, d: new Date(0), b: new Uint8Array([1, 2]).buffer, nested: { a: [1] } };
}
export default function (data) {
  run('iteration', [
    () => data, () => exec.test.options, () => { exec.test.options.paused = true; }, () => exec.scenario, () => exec.instance, () => exec.vu, () => exec.vu.tags, () => exec.vu.metrics, () => { exec.vu.tags.own = 5; return exec.vu.tags.own; }, () => { exec.vu.tags.bad = {}; }, () => delete exec.vu.tags.own,
    () => t.add(NaN), () => t.add(-1), () => t.add('7'), () => t.add(true), () => t.add({}), () => t.add(), () => c.add(-5), () => c.add(1, { k: null }), () => c.add(1, 'tags'), () => check({}, { a: (x) => x, b: 0, c: 'str', d: null }), () => check(1, {}), () => check(1, { 'a::b': true }), () => check(1, { p: async () => true }),
    () => group('g', () => 7), () => group('', () => exec.vu.tags.group), () => group('g', () => group('h', () => exec.vu.tags.group)), () => group('g'), () => sleep(-1), () => sleep('0.01'), () => sleep(), () => shared[0], () => { 'use strict'; shared[0].a = 3; },
    () => encoding.b64encode('hé'), () => encoding.b64encode(new Uint8Array([255, 254]).buffer, 'rawurl'), () => encoding.b64decode('aGk=', 'std', 's'), () => encoding.b64decode('aGk='), () => encoding.b64decode('!!'), () => encoding.b64encode(5), () => encoding.b64encode('a', 'nope'),
    () => crypto.md5('a', 'hex'), () => crypto.sha256('a', 'base64url'), () => crypto.hmac('sha1', 'k', 'd', 'base64rawurl'), () => crypto.sha1('a', 'binary'), () => crypto.sha1('a', 'zzz'), () => crypto.hmac('zzz', 'k', 'd', 'hex'), () => crypto.hexEncode('a'), () => crypto.randomBytes(0), () => crypto.randomBytes(2), () => crypto.md5(null, 'hex'), () => crypto.createHash('md5').update('a') , () => globalThis.crypto.randomUUID().length, () => globalThis.crypto.getRandomValues(new Uint8Array(2)).length,
    () => JSON.stringify(new Date(NaN)), () => new Date('2026-02-30').toString(), () => Date.parse('Jan 2 2026'), () => 'a-b'.replace(/(?<x>a)/, '$<x>$<x>'), () => /(?<=a)b/.test('ab'), () => /\p{L}/u.test('é'), () => [3, 1, 2].sort().join(), () => (25).toString(36), () => (0.000001234).toString(), () => 1e21 + '', () => parseInt('08'), () => [..."a😀"].length, () => 'İ'.toLowerCase().length, () => 'ä'.localeCompare('z'), () => 'ä'.normalize('NFD').length, () => 2n ** 64n, () => new Intl.DateTimeFormat(), () => eval('1+1'), () => new Function('return 2')(), () => Error('x').stack.split('\n').length > 1, () => new Error('m', { cause: 1 }).cause, () => Object.hasOwn({ a: 1 }, 'a'), () => 'abc'.at(-1), () => [1, [2, [3]]].flat(Infinity), () => structuredClone,
    () => __VU, () => __ITER, () => typeof __ENV.HOME, () => { __ENV.NEWVAR = 1; return typeof __ENV.NEWVAR; },
  ]);
}
