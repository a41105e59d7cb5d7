import type { ConfigOf } from '../../scenarios/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import { compactReplicas } from './compaction.ts';
import type { Behaviour, NodeContext } from './component.ts';
import { KEY, PLACE, TRACKED, postKeys, storeWrites } from './post-keys.ts';
import { ringAccess } from './ring-access.ts';
import { tokenRing } from './token-ring.ts';

/** PostDB on Cassandra: a token ring of replicated ranges. Reads ask one replica, writes all. */
export function cassandra(node: NodeContext<ConfigOf<'PostDB'>>): Behaviour {
  const { config } = node;
  const tokens = tokenRing(node);
  compactReplicas(node, tokens);
  const quorum = Math.floor(config.replicas / 2) + 1;
  const atRange = { by: 'register', register: PLACE } as const;
  const { limiter, drawWhale, placeWhale, followedKey, postKey, onEvent } = postKeys(
    node,
    { places: tokens.ranges, placeOf: tokens.rangeOf },
    {
      readsPerSecond: config.keyReadsPerSecond ?? Infinity,
      writesPerSecond: config.keyWritesPerSecond ?? Infinity,
      queueSeconds: config.keyQueueSeconds,
    },
  );

  const ring = ringAccess(node, tokens.station);
  const limitRead = (p: ProcedureBuilder): void => {
    p.limit(limiter, KEY, { write: false });
  };
  const readRange = (p: ProcedureBuilder): void => {
    ring.read(p, { at: atRange });
    p.delay(config.readDelay, 'service', 'delay');
  };
  const write = (needed: number) => (p: ProcedureBuilder) => {
    ring.write(p, needed, {});
    p.delay(config.writeDelay, 'service', 'delay');
  };
  /** A counter is read at one replica, then the new value is written at all. */
  const update = (p: ProcedureBuilder, needed: number): void => {
    ring.read(p, { at: atRange, stream: 'read' });
    ring.write(p, needed, { at: atRange, stream: 'write' });
    p.delay(config.counterDelay, 'service', 'delay');
  };
  const count = (needed: number) => (p: ProcedureBuilder) =>
    update(p.draw(PLACE, tokens.ranges, 'range'), needed);
  const countFollowed = (needed: number) => (p: ProcedureBuilder) => {
    p.native(postKey, { into: KEY, shared: false }).limit(limiter, KEY, { write: true });
    update(p, needed);
  };

  return {
    operations: {
      read: (p) => {
        ring.read(p, {});
        p.delay(config.readDelay, 'service', 'delay');
      },
      ...(drawWhale === null
        ? {}
        : {
            'read-whale': (p: ProcedureBuilder) => {
              p.native(drawWhale, { into: TRACKED });
              p.switch(TRACKED, [() => {}, limitRead]);
              readRange(p);
            },
            'read-author': (p: ProcedureBuilder) =>
              readRange(p.native(placeWhale, { shared: false }).limit(limiter, KEY, { write: false })),
          }),
      'read-followed': (p) => {
        limitRead(p.native(followedKey, { into: KEY, shared: false }));
        readRange(p);
      },
      'read-post': (p) => {
        limitRead(p.native(postKey, { into: KEY, shared: false }));
        readRange(p);
      },
      'write-quorum': write(quorum),
      'write-one': write(1),
      'count-quorum': count(quorum),
      'count-one': count(1),
      'count-followed-quorum': countFollowed(quorum),
      'count-followed-one': countFollowed(1),
    },
    writes: storeWrites,
    onEvent,
  };
}
