import type { ConfigOf, Distribution } from '../../scenarios/index.ts';
import { log1p, log, streamHash } from '../../scenarios/sampling/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { Selector } from '../compile/steps.ts';
import { indexDepth, pageMissRatio } from './btree.ts';
import type { Behaviour, NodeContext } from './component.ts';
import { KEY, PLACE, TRACKED, postKeys, storeWrites } from './post-keys.ts';
import { tableLock } from './schema-change.ts';
import { serverState } from './server-state.ts';

/** Register that counts pages still to be read from disk; KEY is not needed any more by then. */
const PAGES = 1;
const TWO_TO_MINUS_32 = 2.3283064365386963e-10;

const constant = (ms: number): Distribution => ({ distribution: 'constant', ms });

/** What a statement costs. */
interface Work {
  /** Pages of indexes and rows that it visits, and how many of them may be on disk. */
  readonly pages: number;
  readonly coldPages: number;
  /** Core time besides the pages. */
  readonly ms: number;
  readonly delay: Distribution;
  /** A lock that it waits for. */
  readonly lock?: ((p: ProcedureBuilder) => void) | undefined;
}

/**
 * PostDB on PostgreSQL: one server that writes, and replicas that read. A query holds one of its
 * server's connections, occupies a core for the pages that it visits, and waits for those that are not
 * in memory; how many it visits grows with the depth of the index.
 */
export function postgresql(node: NodeContext<ConfigOf<'PostDB'>>): Behaviour {
  const { keyQueueSeconds, requestTimeoutMs, postgresql: config } = node.config;
  const { readReplicas, indexes } = config;
  const servers = 1 + readReplicas;
  const cores = node.stations('servers', {
    count: servers,
    servers: config.cores,
    counts: 'servers',
    shards: true,
  });
  const connections = node.stations('connections', {
    count: servers,
    servers: config.maxConnections,
    counts: 'hidden',
    held: true,
  });
  const disks = node.stations('disks', { count: servers, servers: config.diskQueueDepth, counts: 'hidden' });
  const diskReads = node.counter('diskReadsPerSecond', 'perSecond');

  const depth = indexDepth(config.rows, config.entriesPerPage);
  const missRatio = pageMissRatio(config);
  const authors = Math.max(1, Math.round(node.population.followees.mean));

  const { primary, readers: asked, lost } = serverState(node.faults, config);
  const readers = asked.filter((server) => !lost.includes(server));
  const { limiter, drawWhale, placeWhale, followedKey, postKey, onEvent } = postKeys(
    node,
    // A page that many want is in memory: where the key lies makes no difference, only who answers.
    { places: 1, placeOf: () => 0 },
    { readsPerSecond: Infinity, writesPerSecond: 1000 / config.rowLockMs, queueSeconds: keyQueueSeconds },
  );

  const table = tableLock(node);

  /** The server behind the number of a reader. */
  const serverOfReader = node.native('reader', (run) => (frame) => readers[run.register(frame, PLACE)]!);

  /** What becomes of statements to servers that are gone; false: of all of them. */
  const reach = (p: ProcedureBuilder, sentTo: readonly number[]): boolean => {
    const gone = sentTo.filter((server) => lost.includes(server)).length;
    if (sentTo.length === 0) p.fail('unavailable');
    else if (gone > 0)
      p.chance(
        gone / sentTo.length,
        (q) => q.delay(constant(requestTimeoutMs), 'service', 'timeout').fail('timeout'),
        () => {},
        'gone',
      );
    return gone < sentTo.length;
  };

  /** A statement at one of the readers, or at the primary. */
  const statement = (p: ProcedureBuilder, at: 'reader' | 'primary', work: Work): void => {
    const sentTo = at === 'reader' ? asked : primary === null ? [] : [primary];
    if (!reach(p, sentTo)) return;
    if (at === 'reader' && readers.length > 1)
      p.draw(PLACE, readers.length, 'reader').native(serverOfReader, { into: PLACE, shared: false });
    const where: Selector =
      at === 'primary'
        ? { by: 'fixed', index: primary! }
        : readers.length === 1
          ? { by: 'fixed', index: readers[0]! }
          : { by: 'register', register: PLACE };
    const isPrimary = at === 'primary' || (readers.length === 1 && readers[0] === primary);
    p.hold(connections, { at: where, category: 'queue' }, (q) => {
      if (table !== null) q.pause(isPrimary ? table.primary : table.replica, 'queue');
      work.lock?.(q);
      q.visit(cores, constant(work.ms + work.pages * config.pageDemandMs), {
        at: where,
        stream: 'execute',
      });
      readFromDisk(q, work.coldPages, (r) =>
        r.count(diskReads).visit(disks, constant(config.diskReadMs), { at: where, stream: 'disk' }),
      );
      q.delay(work.delay, 'service', 'delay');
    });
  };
  /** Reads those of `pages` that are not in memory, one after the other, as a plan does that follows pointers. */
  const readFromDisk = (p: ProcedureBuilder, pages: number, read: (p: ProcedureBuilder) => void): void => {
    if (missRatio === 0 || pages === 0) return;
    const stream = streamHash(`${node.id}.pages.${pages}`);
    const logOfHit = missRatio === 1 ? -Infinity : log1p(-missRatio);
    /** A binomial number of misses, by the gaps between them (Devroye, Non-Uniform Random Variate Generation, 1986, X.4.3). */
    const misses = node.native(`misses-${pages}`, (run) => (frame) => {
      let missed = 0;
      for (let page = 0; ; missed++) {
        const u = (run.draw(frame, stream, missed) + 0.5) * TWO_TO_MINUS_32;
        page += missRatio === 1 ? 1 : 1 + Math.floor(log(u) / logOfHit);
        if (page > pages) return missed;
      }
    });
    p.native(misses, { into: PAGES, shared: false }).repeat(PAGES, read);
  };

  // A row costs its way down the index, and its own page; leaf and row may be on disk.
  const rowRead = { pages: depth + 1, coldPages: 2, ms: config.queryDemandMs, delay: constant(0) };
  const readRow = (p: ProcedureBuilder): void => statement(p, 'reader', rowRead);
  /** The replicas repeat every write. */
  const replay = (p: ProcedureBuilder): void => {
    for (const replica of readers.filter((server) => server !== primary))
      p.detach((later) =>
        later.visit(cores, constant(config.replayDemandMs), {
          at: { by: 'fixed', index: replica },
          stream: 'replay',
        }),
      );
  };
  const insert = (p: ProcedureBuilder): void => {
    statement(p, 'primary', {
      pages: indexes * depth + 1,
      coldPages: indexes,
      ms: config.writeDemandMs,
      delay: config.commitDelay,
    });
    replay(p);
  };
  /** A counter: one row by one index, changed where it is (heap-only update). */
  const update = (p: ProcedureBuilder, lock?: (p: ProcedureBuilder) => void): void => {
    statement(p, 'primary', { ...rowRead, ms: config.writeDemandMs, delay: config.commitDelay, lock });
    replay(p);
  };
  /** Whoever waits for the lock of a row holds a connection meanwhile. */
  const updateFollowed = (p: ProcedureBuilder): void =>
    update(p.native(postKey, { into: KEY, shared: false }), (q) => q.limit(limiter, KEY, { write: true }));

  return {
    operations: {
      read: readRow,
      // What Cassandra needs a query an author for is one statement here, with the same rows to find.
      'read-feed': (p) =>
        statement(p, 'reader', {
          pages: (1 + authors) * (depth + 1),
          coldPages: 2 * (1 + authors),
          ms: config.queryDemandMs,
          delay: config.feedDelay,
        }),
      ...(drawWhale === null
        ? {}
        : {
            'read-whale': (p: ProcedureBuilder) => {
              p.native(drawWhale, { into: TRACKED });
              p.switch(TRACKED, [() => {}, (q) => q.limit(limiter, KEY, { write: false })]);
              readRow(p);
            },
            'read-author': (p: ProcedureBuilder) =>
              readRow(p.native(placeWhale, { shared: false }).limit(limiter, KEY, { write: false })),
          }),
      'read-followed': (p) => {
        p.native(followedKey, { into: KEY, shared: false }).limit(limiter, KEY, { write: false });
        readRow(p);
      },
      'read-post': (p) => {
        p.native(postKey, { into: KEY, shared: false }).limit(limiter, KEY, { write: false });
        readRow(p);
      },
      'write-quorum': insert,
      'write-one': insert,
      'count-quorum': (p) => update(p),
      'count-one': (p) => update(p),
      'count-followed-quorum': updateFollowed,
      'count-followed-one': updateFollowed,
    },
    writes: storeWrites,
    onEvent,
  };
}
