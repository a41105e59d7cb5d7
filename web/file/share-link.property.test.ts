import { deflateSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkFragment, readFragment } from './share-link.ts';

function fragmentOf(bytes: Uint8Array): string {
  return `#d=v1.${Buffer.from(bytes).toString('base64url')}`;
}

describe('links', () => {
  it('bring back any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 5000 }), (text) => {
        expect(readFragment(linkFragment(text))).toEqual({ found: true, text });
      }),
    );
  });

  it('use only characters that need no escaping in an address', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(linkFragment(text)).toMatch(/^#d=v1\.[A-Za-z0-9_-]*$/);
      }),
    );
  });

  it('never throw, whatever the fragment holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.uint8Array().map(fragmentOf)), (fragment) => {
        readFragment(fragment.startsWith('#') ? fragment : `#d=v1.${fragment}`);
      }),
    );
  });

  it('say that a cut link is damaged', () => {
    const whole = linkFragment('x'.repeat(2000) + Math.PI);
    expect(readFragment(whole.slice(0, -6))).toMatchObject({
      found: true,
      fault: expect.stringContaining('damaged'),
    });
  });

  it('do not inflate beyond 5 MB', () => {
    const bomb = fragmentOf(deflateSync(new Uint8Array(40_000_000)));
    expect(bomb.length).toBeLessThan(80_000);
    expect(readFragment(bomb)).toMatchObject({ found: true, fault: expect.stringContaining('5 MB') });
  });

  it('leave other fragments alone, and refuse versions to come', () => {
    expect(readFragment('#somewhere')).toEqual({ found: false });
    expect(readFragment('#d=v2.AAAA')).toMatchObject({
      found: true,
      fault: expect.stringContaining('version'),
    });
  });
});
