import fc from 'fast-check';
import { expect, it } from 'vitest';
import { continueTrace, traceparent } from './trace.ts';

it('goes on in the same trace from hop to hop, each with a span of its own', () => {
  const first = continueTrace(undefined);
  const second = continueTrace(traceparent(first));
  expect(second.traceId).toBe(first.traceId);
  expect(second.spanId).not.toBe(first.spanId);
  expect(traceparent(second)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
});

it('begins a new trace for whatever is not a valid header', () => {
  const traceId = 'abcdef0123456789'.repeat(2);
  const spanId = 'fedcba9876543210';
  expect(continueTrace(`00-${traceId}-${spanId}-01`).traceId).toBe(traceId);
  for (const header of [
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `ff-${traceId}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId}-${spanId}-01x`,
  ])
    expect(header.toLowerCase()).not.toContain(continueTrace(header).traceId);
  fc.assert(
    fc.property(fc.string(), (header) => {
      expect(traceparent(continueTrace(header))).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/);
    }),
  );
});
