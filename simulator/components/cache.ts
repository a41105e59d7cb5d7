import { streamHash } from '../../scenarios/sampling/index.ts';
import type { ConfigOf } from '../../scenarios/index.ts';
import { EntryStore } from '../stations/entry-store.ts';
import { KeySample } from '../stations/key-sample.ts';
import { Zipf } from '../stations/zipf.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { NativeContext } from '../engine/native.ts';
import { serversLeft } from '../faults/active-fault.ts';
import type { Component } from './component.ts';
import { callTargets } from './generic-calls.ts';

/** Register that holds the request's key. */
const KEY = 2;
/** Register that holds whether the look-up hit. */
const FOUND = 1;

/** Of a sample of the keys, the most popular are complete: there one key is much unlike the next. */
const COMPLETE_HEAD = 65_536;

/**
 * Looks up, and on a miss asks its targets and stores the answer. The hit ratio is a constant, or
 * emerges from keys of Zipf popularity in an LRU of limited size and age. A write goes to the targets
 * and stores what it wrote.
 */
export const cache: Component<ConfigOf<'Cache'>> = {
  kind: 'Cache',
  build(node) {
    const { servers, serviceTime, hitRatio, keys } = node.config;
    const at = { by: 'fixed', index: 0 } as const;
    const left = serversLeft(node, servers);
    const station = node.stations('servers', { servers: left, counts: 'servers' });
    const { hits, misses } = node;
    const command = (p: ProcedureBuilder): void => {
      if (left === 0) p.fail('unavailable');
      else p.visit(station, serviceTime, { at });
    };
    if (keys === null) {
      return {
        operations: {
          read: (p) => {
            command(p);
            p.chance(
              hitRatio ?? 0,
              (hit) => hit.count(hits),
              (miss) => {
                miss.count(misses);
                callTargets(miss, node, 'read', 'sequential');
                if (node.targets.length > 0) command(miss);
              },
              'hit',
            );
          },
          write: (p) => {
            command(p);
            callTargets(p, node, 'write', 'sequential');
          },
        },
      };
    }

    const stream = streamHash(`${node.id}.key`);
    const ttlNs = keys.ttlSeconds === null ? Infinity : keys.ttlSeconds * 1e9;
    const sample = new KeySample(keys.count, keys.trackedKeys, COMPLETE_HEAD);
    const contents = (run: NativeContext): EntryStore =>
      run.state(
        `${node.id}.contents`,
        () => new EntryStore(sample.tracked, 1, keys.capacity, ttlNs, (index) => sample.weight(index)),
      );
    const chooseKey = node.native('choose-key', (run) => {
      const zipf = new Zipf(keys.count, keys.zipfExponent);
      return (frame) => zipf.sample((index) => run.draw(frame, stream, index));
    });
    const lookUp = node.native('look-up', (run) => {
      const entries = contents(run);
      return (frame) => {
        const key = run.register(frame, KEY);
        const index = sample.indexOf(key);
        const timeNs = run.time(frame);
        const found = sample.isTracked(key) ? entries.use(index, timeNs) : entries.has(index, timeNs);
        return found ? 1 : 0;
      };
    });
    const store = node.native('store', (run) => {
      const entries = contents(run);
      return (frame) => {
        const key = run.register(frame, KEY);
        if (sample.isTracked(key)) entries.put(sample.indexOf(key), 0, 1, run.time(frame), false);
        return 0;
      };
    });
    return {
      operations: {
        read: (p) => {
          command(p);
          p.native(chooseKey, { into: KEY, shared: false }).native(lookUp, { into: FOUND });
          p.switch(FOUND, [
            (miss) => {
              miss.count(misses);
              callTargets(miss, node, 'read', 'sequential');
              command(miss);
              miss.native(store);
            },
            (hit) => hit.count(hits),
          ]);
        },
        write: (p) => {
          command(p);
          p.native(chooseKey, { into: KEY, shared: false });
          callTargets(p, node, 'write', 'sequential');
          p.native(store);
        },
      },
    };
  },
};
