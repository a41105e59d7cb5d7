import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { userId, type FollowGraph } from '../../../scenarios/sampling/index.ts';
import { check, connectParts, type Parts, type Verdict } from '../../checker/index.ts';
import { writePopulation } from '../../load/index.ts';
import type { ProcessState, Stack } from '../../stack/index.ts';
import { picture, Users } from '../users.ts';
import type { Mutation } from './mutation.ts';
import type { Trial } from './trial.ts';

export interface TrialResult {
  readonly mutation: Mutation;
  /** Whether the guard was there. */
  readonly guard: 'in' | 'out';
  readonly verdict: Verdict;
}

/** Enough that every shard of `small` has some. */
const followerCount = 12;
/** Queues of a trial hold a few messages; what is lost does not come however long one waits. */
const settleTimeoutMs = 60_000;
/** A post is in feeds a moment after the queues are empty. */
const freshAfterMs = 1000;

/**
 * Runs the course of events of a mutation on a stack that is up, with the guard or with mutants in its
 * place, and lets the checker judge what came of it. The stack is whole again afterwards.
 */
export async function runTrial(stack: Stack, mutation: Mutation, guard: 'in' | 'out'): Promise<TrialResult> {
  const author = `${mutation.id}-${guard}`;
  await writePopulation(stack.endpoints, graphOf(author));
  const parts = await connectParts(stack.endpoints);
  const users = new Users(stack);
  const trial = await prepare(stack, author, users, parts);
  try {
    for (const follower of trial.followers) {
      await users.read(follower);
      await users.read(follower);
    }
    if (guard === 'out') await replaceByMutants(stack, mutation);
    await mutation.provoke(trial);
    await working(stack);
    if (guard === 'out') await restoreOriginals(stack, mutation);
    const verdict = await check(users.history(), stack, { settleTimeoutMs, freshAfterMs });
    return { mutation, guard, verdict };
  } finally {
    await users.close();
    await parts.close();
  }
}

/** Of all trials the same followers, and an author of its own. */
function graphOf(author: string): FollowGraph {
  const users = Array.from({ length: followerCount }, (_, user) => user);
  return {
    users: followerCount,
    accounts: [
      ...users.map((user) => ({ id: userId(user), followers: new Uint32Array() })),
      { id: author, followers: Uint32Array.from(users) },
    ],
    followees: users.map(() => Uint32Array.of(followerCount)),
  };
}

async function prepare(stack: Stack, author: string, users: Users, parts: Parts): Promise<Trial> {
  const { processes } = stack;
  const named = (name: string): readonly ProcessState[] =>
    processes.list().filter(({ id, running }) => running && id.replace(/-\d+(-mutant)?$/, '') === name);
  const killed = new Map<string, readonly string[]>();
  const redisNodes = processes.list().filter(({ part }) => part === 'redis');
  const idOf = (address: string | undefined): string => {
    const node = redisNodes.find(({ addresses }) => addresses[0] === address);
    if (node === undefined) throw new Error(`No Redis process listens on ${String(address)}.`);
    return node.id;
  };
  return {
    stack,
    author,
    followers: Array.from({ length: followerCount }, (_, user) => userId(user)),
    users,
    photo: await picture(),
    freshAfterMs,
    pause: (name) => {
      for (const { id } of named(name)) processes.pause(id);
    },
    resume: (name) => {
      for (const { id } of named(name)) processes.resume(id);
    },
    kill: async (name) => {
      const ids = named(name).map(({ id }) => id);
      killed.set(name, ids);
      await Promise.all(ids.map((id) => processes.kill(id)));
    },
    restart: async (name) => {
      await Promise.all((killed.get(name) ?? []).map((id) => processes.restart(id)));
    },
    pauseProcess: (id) => {
      processes.pause(id);
    },
    resumeProcess: (id) => {
      processes.resume(id);
    },
    firstShard: () => {
      const [primary, replica] = parts.redis.slots[0] ?? [];
      return { primary: idOf(primary), replica: idOf(replica) };
    },
    cutReplication: async (primaryId) => {
      const primary = parts.redis
        .nodes('master')
        .find(({ options }) => idOf(`${options.host!}:${String(options.port)}`) === primaryId);
      await primary!.client('KILL', 'TYPE', 'REPLICA');
    },
    lagZero: async (timeoutMs) => {
      const deadlineMs = performance.now() + timeoutMs;
      while (performance.now() < deadlineMs) {
        if ([...(await parts.readLag()).values()].every((messages) => messages === 0)) return;
        await sleep(100);
      }
    },
  };
}

const mutantIdOf = (id: string) => `${id}-mutant`;
const processesOf = (stack: Stack, { service }: Mutation) =>
  stack.processes.list().filter(({ id }) => id.replace(/-\d+$/, '') === service);

async function replaceByMutants(stack: Stack, mutation: Mutation): Promise<void> {
  const { file, changes } = mutation;
  for (const original of processesOf(stack, mutation)) {
    await stack.processes.kill(original.id);
    stack.processes.create({
      ...original,
      id: mutantIdOf(original.id),
      args: ['--import', fileURLToPath(new URL('mutant.mjs', import.meta.url)), ...original.args],
      environment: { ...original.environment, FANOUT_LAB_MUTATION: JSON.stringify({ file, changes }) },
      files: {},
      folders: [],
    });
  }
  await working(stack);
}

async function restoreOriginals(stack: Stack, mutation: Mutation): Promise<void> {
  for (const original of processesOf(stack, mutation)) {
    await stack.processes.kill(mutantIdOf(original.id));
    await stack.processes.restart(original.id);
  }
  await working(stack);
}

const readyTimeoutMs = 120_000;

/** Mutants listen where their originals did, so the stack is ready with them, too, once they answer. */
async function working(stack: Stack): Promise<void> {
  const deadlineMs = performance.now() + readyTimeoutMs;
  for (;;) {
    try {
      await stack.ready(1000);
      return;
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      await sleep(100);
    }
  }
}
