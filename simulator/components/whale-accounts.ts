import type { TimelineEntryOf } from '../../scenarios/index.ts';
import { MOST_BITS, type NativeContext, type SharedNumbers } from '../engine/native.ts';
import type { NodeContext } from './component.ts';

export type WhalePostEntry = TimelineEntryOf<'whale-post'>;
export type ViralPostEntry = TimelineEntryOf<'viral-post'>;

/** An account that a `whale-post` of the timeline named, from that event on. */
export interface WhaleAccount {
  readonly name: string;
  readonly followers: number;
  /** Acknowledgement of its last post, ns; null before the first. */
  lastPostNs: number | null;
  /** Number of the last `whale-post` by it. */
  lastPost: number;
}

/** One `whale-post` or `viral-post`; its number, counted from 1, is what requests carry in register 1. */
export interface WhalePost {
  readonly number: number;
  readonly entry: WhalePostEntry | ViralPostEntry;
  readonly followers: number;
  /** Index of the account, and its bit in what a reader follows. */
  readonly account: number;
  /** What is to happen at the acknowledgement, at the given time. */
  readonly onAcknowledged: ((timeNs: number) => void)[];
  acknowledged: boolean;
  /** Whether a client has taken it on: one posts, however many there are. */
  claimed: boolean;
}

/** Accounts are bits of a 32-bit register that is never negative. */
export const MAXIMUM_ACCOUNTS = MOST_BITS;

/**
 * The accounts and posts that timeline entries brought into one run, shared by the components that
 * take part: the client that posts, the readers who follow, the database key, the caches of the image.
 */
export class WhaleAccounts {
  readonly accounts: WhaleAccount[] = [];
  readonly posts: WhalePost[] = [];
  /** Followers of each account that has a post by now, 0 of one that has none yet; -1 behind the last account. */
  readonly audiences: SharedNumbers;

  constructor(run: NativeContext) {
    this.audiences = run.numbers(MAXIMUM_ACCOUNTS + 1);
    this.audiences.values[0] = -1;
  }

  /** The post of this entry; the first to ask creates it. */
  post(entry: WhalePostEntry | ViralPostEntry): WhalePost {
    const known = this.posts.find((post) => post.entry.id === entry.id);
    if (known !== undefined) return known;
    const whale = entry.kind === 'whale-post';
    const name = (whale ? entry.author : null) ?? entry.id;
    // Who follows the author of a viral post is no question: its readers come by other ways.
    const followers = whale ? entry.followers : 0;
    let account = this.accounts.findIndex((candidate) => candidate.name === name);
    if (account < 0) {
      if (this.accounts.length === MAXIMUM_ACCOUNTS)
        throw new Error(`More than ${MAXIMUM_ACCOUNTS} accounts have posted by events.`);
      account = this.accounts.push({ name, followers, lastPostNs: null, lastPost: 0 }) - 1;
      this.audiences.values.set([0, -1], account);
    }
    const number = this.posts.length + 1;
    const post: WhalePost = {
      number,
      entry,
      followers,
      account,
      onAcknowledged: [],
      acknowledged: false,
      claimed: false,
    };
    this.posts.push(post);
    return post;
  }

  acknowledge(number: number, timeNs: number): void {
    const post = this.posts[number - 1]!;
    if (post.acknowledged) return;
    post.acknowledged = true;
    const account = this.accounts[post.account]!;
    account.lastPostNs = timeNs;
    account.lastPost = number;
    this.audiences.values[post.account] = account.followers;
    for (const act of post.onAcknowledged) act(timeNs);
  }

  /** The bits of `mask` whose accounts posted less than `windowNs` ago. */
  recent(mask: number, timeNs: number, windowNs: number): number {
    let recent = 0;
    for (let rest = mask; rest !== 0; rest &= rest - 1) {
      const i = lowestAccount(rest);
      const { lastPostNs } = this.accounts[i]!;
      if (lastPostNs !== null && timeNs < lastPostNs + windowNs) recent |= 1 << i;
    }
    return recent;
  }
}

/** Index of the lowest bit of a mask that is not 0. */
export const lowestAccount = (mask: number): number => 31 - Math.clz32(mask & -mask);

/** Number of bits of a mask. */
export function countAccounts(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}

export const whaleAccounts = (run: NativeContext): WhaleAccounts =>
  run.state('whale-accounts', () => new WhaleAccounts(run));

/** Does a viral post of the timeline draw post details to itself? */
export const viralReads = ({ timeline }: NodeContext): boolean =>
  timeline.some((entry) => entry.kind === 'viral-post' && entry.readShare > 0);
