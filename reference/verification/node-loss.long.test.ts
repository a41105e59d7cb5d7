import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { userId } from '../../scenarios/sampling/index.ts';
import { check } from '../checker/index.ts';
import { writePopulation } from '../load/index.ts';
import { startStack } from '../stack/index.ts';
import { testEnvironment } from '../stack/test-environment.fixture.ts';
import { picture, Users } from './users.ts';

const author = 'photographer';
const followers = 12;
/** Posts begin so far apart, whatever becomes of the ones before. */
const betweenPostsMs = 250;
const awaySeconds = 20;

/** The database has three copies of each row, and two of them answer. */
it('takes posts and keeps them while one of three nodes of Cassandra is away', async () => {
  const stack = await startStack({
    profile: 'full',
    environment: testEnvironment('node-loss'),
    settings: { feedServices: 1, uploadServices: 2, fanoutWorkers: 1, imageWorkers: 1, uploadsPerHour: 1000 },
  });
  const users = new Users(stack);
  try {
    const numbers = Array.from({ length: followers }, (_, user) => user);
    await writePopulation(stack.endpoints, {
      users: followers,
      accounts: [
        ...numbers.map((user) => ({ id: userId(user), followers: new Uint32Array() })),
        { id: author, followers: Uint32Array.from(numbers) },
      ],
      followees: numbers.map(() => Uint32Array.of(followers)),
    });
    const photo = await picture();
    const posting: Promise<boolean>[] = [];
    const postFor = async (seconds: number): Promise<readonly boolean[]> => {
      const begun: Promise<boolean>[] = [];
      for (const endMs = Date.now() + seconds * 1000; Date.now() < endMs; await sleep(betweenPostsMs)) {
        const post = users
          .upload(author, photo)
          .then((mediaId) => users.create(author, mediaId))
          .then(
            ({ outcome }) => outcome === 'ok',
            () => false,
          );
        begun.push(post);
        posting.push(post);
      }
      return Promise.all(begun);
    };
    for (const user of numbers) await users.read(userId(user));
    expect(await postFor(2)).toContain(true);
    await stack.processes.kill('cassandra-2');
    await postFor(awaySeconds / 2);
    // Nobody waits for it any more.
    const later = await postFor(awaySeconds / 2);
    expect(later.filter((acknowledged) => !acknowledged)).toEqual([]);
    expect(stack.processes.isRunning('cassandra-2')).toBe(false);
    await stack.processes.restart('cassandra-2');
    await stack.ready();
    await Promise.all(posting);
    const { promises } = await check(users.history(), stack);
    expect(promises.filter(({ status }) => status === 'fail')).toEqual([]);
    for (const id of ['durable', 'delivered', 'images'] as const)
      expect([id, promises.find((promise) => promise.id === id)!.checked]).not.toEqual([id, 0]);
  } finally {
    await users.close();
    await stack.stop();
  }
}, 600_000);
