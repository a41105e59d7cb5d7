import { streamHash } from '../../scenarios/sampling/index.ts';
import type { ConfigOf } from '../../scenarios/index.ts';
import { KeyedCache } from '../stations/keyed-cache.ts';
import { Zipf } from '../stations/zipf.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { Component } from './component.ts';
import { callTargets } from './generic-calls.ts';

/** Register that holds the request's key. */
const KEY = 2;
/** Register that holds whether the look-up hit. */
const FOUND = 1;

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
    const station = node.stations('servers', { servers, counts: 'servers' });
    const { hits, misses } = node;
    const command = (p: ProcedureBuilder): void => {
      p.visit(station, serviceTime, { at });
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
    const contents = `${node.id}.contents`;
    const ttlNs = keys.ttlSeconds === null ? Infinity : keys.ttlSeconds * 1e9;
    const make = (): KeyedCache => new KeyedCache(keys.count, keys.capacity, ttlNs);
    const chooseKey = node.native('choose-key', (run) => {
      const zipf = new Zipf(keys.count, keys.zipfExponent);
      return (frame) => zipf.sample((index) => run.draw(frame, stream, index));
    });
    const lookUp = node.native('look-up', (run) => {
      const entries = run.state(contents, make);
      return (frame) => (entries.get(run.register(frame, KEY), run.time(frame)) ? 1 : 0);
    });
    const store = node.native('store', (run) => {
      const entries = run.state(contents, make);
      return (frame) => {
        entries.put(run.register(frame, KEY), run.time(frame));
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
