// description: every hash of the empty string and of abc is as published
import crypto from 'k6/crypto';
import { check } from 'k6';
export default function () {
  check(crypto, {
    md4: (c) => c.md4('abc', 'hex') === 'a448017aaf21d8525fc10ae87aa6729d',
    md5: (c) => c.md5('', 'hex') === 'd41d8cd98f00b204e9800998ecf8427e',
    sha1: (c) => c.sha1('abc', 'hex') === 'a9993e364706816aba3e25717850c26c9cd0d89d',
    sha256: (c) => c.sha256('abc', 'hex') === 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    sha384: (c) => c.sha384('abc', 'hex').startsWith('cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163'),
    sha512: (c) => c.sha512('abc', 'hex').startsWith('ddaf35a193617abacc417349ae204131'),
    sha512_224: (c) => c.sha512_224('abc', 'hex') === '4634270f707b6a54daae7530460842e20e37ed265ceee9a43e8924aa',
    sha512_256: (c) => c.sha512_256('abc', 'hex') === '53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23',
    ripemd160: (c) => c.ripemd160('abc', 'hex') === '8eb208f7e05d987a9b044a8e98c6b087f15a0bfc',
  });
}
