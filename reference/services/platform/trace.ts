import { randomFillSync } from 'node:crypto';

/** One hop's place in a trace. Source: W3C Trace Context, `traceparent` version 00. */
export interface TraceContext {
  /** 32 lower-case hexadecimal digits, the same at every hop of one request. */
  readonly traceId: string;
  /** 16 lower-case hexadecimal digits: this hop. */
  readonly spanId: string;
  readonly flags: string;
}

/** Name of the header, over HTTP as over Kafka. */
export const traceHeader = 'traceparent';

const form = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-|$)/;

/** This hop's context: a child of the header's, or a new trace when there is none or it is not valid. */
export function continueTrace(header: string | undefined): TraceContext {
  const match = header === undefined ? null : form.exec(header);
  const spanId = randomHex(8);
  if (match === null || /^0+$/.test(match[1]!) || /^0+$/.test(match[2]!))
    return { traceId: randomHex(16), spanId, flags: '01' };
  return { traceId: match[1]!, spanId, flags: match[3]! };
}

/** Drawn many at a time: each call of the generator costs as much as the rest of a trace. */
const drawn = Buffer.alloc(4096);
let used = drawn.length;

function randomHex(bytes: number): string {
  if (used + bytes > drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  used += bytes;
  return drawn.toString('hex', used - bytes, used);
}

/** For the next hop. */
export const traceparent = ({ traceId, spanId, flags }: TraceContext): string =>
  `00-${traceId}-${spanId}-${flags}`;
