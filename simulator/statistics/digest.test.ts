import { describe, expect, it } from 'vitest';
import { canonicalJson, digestOf } from './digest.ts';

describe('canonical JSON', () => {
  it('sorts members as the example of RFC 8785, 3.2.3', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    const order = [...canonicalJson(value).matchAll(/:"([^"]*)"/g)].map((m) => m[1]);
    expect(order).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });
  it('writes numbers and literals as the example of RFC 8785, 3.2.2', () => {
    const text = String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`;
    const value: unknown = JSON.parse(text);
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });
  it('leaves out members without a value and writes -0 as 0', () => {
    expect(canonicalJson({ b: undefined, a: -0 })).toBe('{"a":0}');
  });
  it.each([NaN, Infinity, -Infinity])('refuses %s', (x) => {
    expect(() => canonicalJson({ x: [x] })).toThrow('must not hold');
  });
});

describe('digest', () => {
  it('is SHA-256 of the UTF-8 text', () => {
    // printf '{"a":"ö"}' | sha256sum
    expect(digestOf({ a: 'ö' })).toBe('0c012ddd20b0a67114dcf3b03080ac1c51e5b0b4c96c4bb42033c7e444d2fe2c');
  });
  it('does not depend on the order of members', () => {
    expect(digestOf({ a: 1, b: [{ d: 2, c: 3 }] })).toBe(digestOf({ b: [{ c: 3, d: 2 }], a: 1 }));
    expect(digestOf({ a: [1, 2] })).not.toBe(digestOf({ a: [2, 1] }));
  });
});
