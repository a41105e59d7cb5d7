/** One counter-example: what it is about, by id, and what is wrong with it. */
export interface Violation {
  /** Post, user, author or part. */
  readonly subject: string;
  readonly text: string;
}

/** What became of one promise. */
export interface PromiseVerdict {
  readonly id: PromiseId;
  /** The promise, as a sentence. */
  readonly promise: string;
  /** How many cases were looked at. */
  readonly checked: number;
  readonly violationCount: number;
  /** The first few. */
  readonly violations: readonly Violation[];
  /** `not-checked`: there was no case to look at, which proves nothing. */
  readonly status: 'pass' | 'fail' | 'not-checked';
}

export interface Verdict {
  /** `fail` when one promise was broken. */
  readonly status: 'pass' | 'fail';
  readonly promises: readonly PromiseVerdict[];
}

/** What the reference stack promises its users, whatever fails (docs/reference-verification.md). */
export const promiseTexts = {
  durable: 'Each acknowledged post is readable at QUORUM, by its id and once in the list of its author.',
  'no-effect': 'What was refused has no effect.',
  delivered:
    'Each acknowledged post is once in the feed read of each follower, cached or rebuilt, within the feed’s length.',
  'hybrid-complete': 'No recent post of a followed whale is missing in a feed read.',
  'no-duplicates': 'No feed read has a post twice, during the run or after it.',
  'no-whale-push': 'No cached feed holds a post of a whale.',
  'no-phantoms':
    'No feed read shows a post that is missing, quarantined, or by an author whom the reader does not follow.',
  fresh: 'During the run, too, a feed read has each post that was acknowledged long enough before.',
  readable: 'During the run, too, no post that was acknowledged long enough before is said not to exist.',
  counters: 'Counts of likes and comments lie between what was acknowledged and what was attempted.',
  comments: 'Each acknowledged comment is there, once.',
  images: 'Each acknowledged post that is not quarantined has four WebP and four JPEG variants that decode.',
  'lag-zero': 'No consumer group has messages left to do.',
  'outbox-drained': 'No outbox row is left.',
  'slots-served': 'All 16,384 slots of the cache are served.',
} as const;
export type PromiseId = keyof typeof promiseTexts;

/** Violations that a verdict lists; the others are counted. */
const listed = 5;

/** Collects what was looked at for one promise. */
export class Evidence {
  private checked = 0;
  private readonly violations: Violation[] = [];

  constructor(private readonly id: PromiseId) {}

  /** One case; `wrong` says what is wrong with it, or is null. */
  check(subject: string, wrong: string | null): void {
    this.checked += 1;
    if (wrong !== null) this.violations.push({ subject, text: wrong });
  }

  verdict(): PromiseVerdict {
    const violationCount = this.violations.length;
    return {
      id: this.id,
      promise: promiseTexts[this.id],
      checked: this.checked,
      violationCount,
      violations: this.violations.slice(0, listed),
      status: violationCount > 0 ? 'fail' : this.checked > 0 ? 'pass' : 'not-checked',
    };
  }
}

/** A verdict of what was found for each promise. */
export function verdictOf(promises: readonly PromiseVerdict[]): Verdict {
  return { status: promises.some(({ status }) => status === 'fail') ? 'fail' : 'pass', promises };
}
