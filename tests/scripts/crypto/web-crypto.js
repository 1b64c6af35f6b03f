// description: the global crypto gives random values and UUIDs
// metric: checks.passes == 10
import { check } from 'k6';
const thrown = (f) => { try { f(); return ''; } catch (e) { return e.message; } };
export default function () {
  const bytes = new Uint8Array(32);
  const uuid = crypto.randomUUID();
  check(null, {
    'fills and returns the array': () => crypto.getRandomValues(bytes) === bytes && bytes.some((b) => b > 0),
    'of any integers': () => crypto.getRandomValues(new Uint32Array(3)).length === 3 && crypto.getRandomValues(new Uint8ClampedArray(3)).length === 3,
    'of no big ones': () => thrown(() => crypto.getRandomValues(new BigInt64Array(2))).startsWith('TypeMismatchError'),
    'of no floats': () => thrown(() => crypto.getRandomValues(new Float64Array(2))).startsWith('TypeMismatchError'),
    'not a list': () => thrown(() => crypto.getRandomValues([1, 2])).startsWith('TypeMismatchError'),
    'not a buffer': () => thrown(() => crypto.getRandomValues(new ArrayBuffer(8))).startsWith('TypeMismatchError'),
    'not too much': () => thrown(() => crypto.getRandomValues(new Uint8Array(65537))).startsWith('QuotaExceededError'),
    'version 4': () => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(uuid),
    'never twice': () => crypto.randomUUID() !== uuid,
    'an object': () => typeof crypto === 'object',
  });
}
