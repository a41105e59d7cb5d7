import type { ConfigOf, Distribution } from '../../scenarios/index.ts';
import { streamHash } from '../../scenarios/sampling/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import { FAILURE } from '../engine/program.ts';
import type { Component } from './component.ts';

/** What a prefix that has been idle takes at once: a second's worth of its limit. */
const BURST_SECONDS = 1;

/** Objects by prefix; a prefix that is over its limit answers 503. */
export const objectStorage: Component<ConfigOf<'ObjectStorage'>> = {
  kind: 'ObjectStorage',
  build(node) {
    const { prefixes, getsPerPrefixPerSecond, putsPerPrefixPerSecond, getDelay, putDelay } = node.config;
    const { finished } = node;
    const operation = (name: string, perSecond: number | null, time: Distribution) => {
      const answered = node.counter(`${name}sPerSecond`, 'perSecond');
      const stream = streamHash(`${node.id}.${name}.prefix`);
      const throttle = node.native(name, (run) => {
        const buckets = run.state(`${node.id}/${name}`, () => new TokenBuckets(prefixes));
        return (frame) => {
          const prefix = Math.floor((run.draw(frame, stream, 0) / 2 ** 32) * prefixes);
          return buckets.take(prefix, perSecond!, run.time(frame)) ? 0 : -FAILURE.rejected;
        };
      });
      return (p: ProcedureBuilder): void => {
        if (perSecond !== null) p.native(throttle);
        p.delay(time, 'service', 'delay').count(answered).count(finished);
      };
    };
    return {
      operations: {
        get: operation('get', getsPerPrefixPerSecond, getDelay),
        put: operation('put', putsPerPrefixPerSecond, putDelay),
      },
      writes: ['put'],
    };
  },
};

/** A token bucket a prefix. */
class TokenBuckets {
  private readonly tokens: Float64Array;
  private readonly since: Float64Array;

  constructor(count: number) {
    this.tokens = new Float64Array(count).fill(Infinity);
    this.since = new Float64Array(count);
  }

  /** Takes a token, at a time that never falls; false: there is none. */
  take(bucket: number, perSecond: number, timeNs: number): boolean {
    const filled = this.tokens[bucket]! + ((timeNs - this.since[bucket]!) / 1e9) * perSecond;
    const tokens = Math.min(filled, perSecond * BURST_SECONDS);
    this.since[bucket] = timeNs;
    this.tokens[bucket] = tokens < 1 ? tokens : tokens - 1;
    return tokens >= 1;
  }
}
