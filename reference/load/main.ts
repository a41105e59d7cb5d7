/**
 * The process of the load generator: a machine's core of its own, so that neither faults nor the checker
 * delay its clock. Started by `startGenerator`, told by messages what to do; endpoints and settings come by
 * environment, as for every process of the stack.
 */
import { createWriteStream } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { finished } from 'node:stream/promises';
import { readSettings } from '../contract/index.ts';
import type { Scenario } from '../../scenarios/index.ts';
import { requestTrace, type RequestTrace } from '../../scenarios/sampling/index.ts';
import { readEndpoints } from '../endpoints/index.ts';
import { timeoutsOf, UserClient } from './client.ts';
import { generateLoad, type Load } from './generator.ts';
import { historyLine } from './history.ts';
import { makePictures } from './pictures.ts';
import { uploadPostsBefore, warmFeeds, type OnProgress } from './posts-before.ts';
import type { FromGenerator, ToGenerator } from './protocol.ts';

function tell(message: FromGenerator): void {
  process.send!(message);
}

/** The next message of a kind; the parent sends each once. */
function told<Type extends ToGenerator['type']>(type: Type): Promise<Extract<ToGenerator, { type: Type }>> {
  return new Promise((resolve) => {
    const listen = (message: ToGenerator): void => {
      if (message.type !== type) return;
      process.off('message', listen);
      resolve(message as Extract<ToGenerator, { type: Type }>);
    };
    process.on('message', listen);
  });
}

/** What is measured must not wait for a core behind what it measures. Only root may say so; others stay as they are. */
function takePrecedence(): void {
  try {
    setPriority(constants.priority.PRIORITY_HIGHEST);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw error;
  }
}

async function main(): Promise<void> {
  takePrecedence();
  const { scenario, seed, historyFile } = await told('prepare');
  const trace = requestTrace(scenario, seed);
  const mediaBytes = trace.requests.find((request) => request.flow === 'photo-upload')?.sizeBytes;
  const pictures = await makePictures(mediaBytes ?? smallPhotoBytes);
  let startedAtMs = Date.now();
  const now = (): number => performance.timeOrigin + performance.now() - startedAtMs;
  const client = new UserClient({
    endpoints: readEndpoints(process.env),
    jwtSecret: readSettings(process.env).jwtSecret,
    timeouts: timeoutsOf(scenario),
    now,
  });
  const onProgress: OnProgress = (step, done, of) => {
    tell({ type: 'progress', step, done, of });
  };
  const postsBefore = await uploadPostsBefore(client, trace.postsBefore, pictures, onProgress);
  if (startsWarm(scenario)) await warmFeeds(client, readersOf(trace), onProgress);

  const go = told('go');
  tell({ type: 'ready' });
  ({ startedAtMs } = await go);
  const history = createWriteStream(historyFile);
  history.write(
    historyLine({ kind: 'start', startedAtMs, scenario: scenario.id, seed, postsBefore: [...postsBefore] }),
  );
  let operations = 0;
  const load: Load = {
    trace,
    postsBefore: postsBefore.map(({ postId }) => postId),
    pictures,
    client,
    durationMs: scenario.run.durationSeconds * 1000,
    now,
    record: (operation) => history.write(historyLine({ ...operation, n: operations++ })),
  };
  const lateness = await generateLoad(load);
  history.end();
  await finished(history);
  await client.close();
  tell({ type: 'done', operations, lateness });
}

/** Of a scenario without uploads, whose posts before still have photos. */
const smallPhotoBytes = 50_000;

/** Whether the design's cache holds the feeds of those who read them when the run begins. */
const startsWarm = ({ design }: Scenario): boolean =>
  design.nodes.some(({ kind, config }) => kind === 'FeedCache' && config['start'] === 'warm');

const readersOf = ({ requests }: RequestTrace): readonly string[] => [
  ...new Set(requests.filter(({ flow }) => flow === 'feed-read').map(({ user }) => user)),
];

// Without its parent it has nobody to report to.
process.on('disconnect', () => process.exit(0));
main().then(
  () => process.disconnect(),
  (error: unknown) => {
    tell({ type: 'fault', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  },
);
