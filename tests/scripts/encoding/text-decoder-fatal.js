// description: a fatal TextDecoder refuses broken text, another one puts replacement characters
import { check } from 'k6';
export default function () {
  const broken = new Uint8Array([65, 255]);
  let refused = false;
  try { new TextDecoder('utf-8', { fatal: true }).decode(broken); } catch (e) { refused = true; }
  check(null, { refused: () => refused, replaced: () => new TextDecoder().decode(broken) === 'A\ufffd' });
}
