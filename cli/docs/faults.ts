import type { RealForm, TimelineKind } from '../../reference/faults/index.ts';

const who: Readonly<Record<NonNullable<RealForm['by']>, string>> = {
  load: 'load generator',
  process: 'signals',
  proxy: 'TCP proxy',
  disk: 'small disk',
};

/** docs/faults.md: each kind of timeline entry, and where it can happen. */
export function describeFaults(forms: Readonly<Record<TimelineKind, RealForm>>): string {
  const rows = Object.entries(forms)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, { by, text }]) =>
      by === null
        ? `| \`${kind}\` | simulated | | ${text} |`
        : `| \`${kind}\` | both | ${who[by]} | ${text} |`,
    );
  return [
    '# Events, simulated and real',
    '',
    'Generated from the code. Every kind of timeline entry is simulated; this is what becomes of it when',
    '`npm run replay` runs the bench-scale form of a scenario on real parts. What real parts cannot do ends with',
    'exit code 2 and `FL-not-reproducible` before anything is started, and what would happen to a part that the',
    'stack did not start with `FL-external`.',
    '',
    '| kind | where | by | what happens on real parts |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    'A fault without `durationSeconds`, and one that lasts longer than the run, is healed when the load has ended.',
    'The checker looks afterwards.',
    '',
    'Every kind that is in both places has been done to the full stack under load, those of processes several times:',
    '[reference-soak.md](reference-soak.md).',
    '',
    '## What a replay is',
    '',
    '1. The design and its timeline are checked: only the Instagram designs have real parts, arrivals must be open,',
    '   and options that the services do not have are refused.',
    '2. A stack of its own is started; the processes and their settings follow from the nodes of the bench-scale form.',
    '3. Users, and who follows whom, are written into Cassandra. One in five accounts, and every account above the',
    '   whale threshold, uploads a photo; readers open their feed once unless the cache starts cold.',
    '4. A process of its own sends the requests, each at its time. Arrivals are those of the simulator for the same',
    '   seed, to the nanosecond. A run in which 1 in 100 requests left 50 ms late or more is refused with',
    '   `FL-generator-late`. Latencies count from the intended start.',
    '5. Faults are healed, the queues empty, and the checker reads everything back.',
    '6. The result file has the format of the simulator, with `engine` `reference`, and further members:',
    '',
    '| member | what it is |',
    '| --- | --- |',
    '| `checker` | each promise with the number of cases, what broke it, and `pass`, `fail` or `not-checked` |',
    '| `notMeasured` | ids of expectations about figures that only the simulator has, such as utilisation |',
    '| `replay.profile` | `full` or `small` |',
    '| `replay.guarantees` | `tested`, or `not tested` on `small`, which has one copy of most data |',
    '| `replay.lateness` | how late the load generator was, ms: `p99Ms`, `maxMs` |',
    '| `replay.faults` | what was done when: `event`, `step`, `intendedSeconds`, `begunSeconds`, `doneSeconds` |',
    '',
    'Of components it has those that clients see something of: hit ratio and throughput of the feed cache and of the CDN.',
    '',
  ].join('\n');
}
