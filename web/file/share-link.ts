import { deflateSync, Inflate } from 'fflate';

/** A link that holds a whole scenario: `#d=v1.<deflate, base64url>`. */
const prefix = 'd=v1.';
/** A link of a few kilobytes can inflate without bound; a scenario of this size is none. */
const mostInflatedBytes = 5_000_000;
const chunkBytes = 1 << 14;

export function linkFragment(text: string): string {
  const packed = deflateSync(new TextEncoder().encode(text), { level: 9 });
  let binary = '';
  for (const byte of packed) binary += String.fromCharCode(byte);
  return `#${prefix}${btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`;
}

export type LinkContent =
  | { readonly found: false }
  | { readonly found: true; readonly text: string }
  /** Why the link cannot be read, in one sentence. */
  | { readonly found: true; readonly fault: string };

/** The text that a link's fragment holds. Never throws, never inflates beyond the limit. */
export function readFragment(fragment: string): LinkContent {
  const content = fragment.replace(/^#/, '');
  if (!content.startsWith('d=')) return { found: false };
  if (!content.startsWith(prefix)) {
    return { found: true, fault: 'The link was made by a version that this one does not read.' };
  }
  try {
    const binary = atob(content.slice(prefix.length).replaceAll('-', '+').replaceAll('_', '/'));
    const text = inflate(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
    return text === null
      ? { found: true, fault: 'The link holds more than 5 MB, and a scenario never does.' }
      : { found: true, text };
  } catch {
    return { found: true, fault: 'The link is damaged: a part of it is missing or was changed.' };
  }
}

/** Null when the limit is passed; throws what fflate throws for damaged data. */
function inflate(packed: Uint8Array): string | null {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  let ended = false;
  const stream = new Inflate((part, final) => {
    parts.push(part);
    bytes += part.length;
    ended = final;
  });
  for (let at = 0; at < packed.length && bytes <= mostInflatedBytes; at += chunkBytes) {
    const end = Math.min(at + chunkBytes, packed.length);
    stream.push(packed.subarray(at, end), end === packed.length);
  }
  if (bytes > mostInflatedBytes) return null;
  if (!ended) throw new Error('The data ends before its end.');
  const whole = new Uint8Array(bytes);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(whole);
}
