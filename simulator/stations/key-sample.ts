import { drawUint32, streamHash } from '../../scenarios/sampling/index.ts';

const SAMPLE = streamHash('key-sample');

/**
 * A spatially hashed sample of keys that are numbered by falling popularity: the first `head` keys, and
 * one of every `modulus` consecutive others, chosen by a hash. Each sampled key stands for as many keys
 * as its weight says.
 *
 * SHARDS (Waldspurger, Park, Garthwaite and Ahmad, Efficient MRC Construction with SHARDS, FAST 2015)
 * simulates a cache from the references to a hashed sample of its keys. Here, besides, a reference to
 * any other key looks where the sampled key of its block stands, and leaves it as it is. The two keys
 * are as popular as each other, so for Poisson references both are in the cache with the same
 * probability (Wolff, Poisson Arrivals See Time Averages, Operations Research 1982); only the error of
 * the sample is left. The head is complete because among the most popular keys neighbours differ.
 */
export class KeySample {
  /** Keys that are kept, numbered from 0. */
  readonly tracked: number;
  readonly head: number;
  readonly modulus: number;

  /** @param maximumTracked Most keys to keep; all of them when there are no more. */
  constructor(
    readonly keys: number,
    maximumTracked: number,
    maximumHead: number,
  ) {
    this.head = keys <= maximumTracked ? keys : Math.min(maximumHead, maximumTracked >> 1);
    const rest = keys - this.head;
    this.modulus = rest === 0 ? 1 : Math.ceil(rest / (maximumTracked - this.head));
    this.tracked = this.head + Math.ceil(rest / this.modulus);
  }

  /** The tracked key that stands for this one. */
  indexOf(key: number): number {
    return key < this.head ? key : this.head + Math.floor((key - this.head) / this.modulus);
  }

  /** Is it itself the tracked key? */
  isTracked(key: number): boolean {
    if (key < this.head || this.modulus === 1) return true;
    const index = this.indexOf(key);
    const size = this.weight(index);
    const chosen = Math.floor((drawUint32(index, 0, SAMPLE, 0) / 2 ** 32) * size);
    return (key - this.head) % this.modulus === chosen;
  }

  /** How many keys the tracked key stands for. */
  weight(index: number): number {
    if (index < this.head) return 1;
    return Math.min(this.modulus, this.keys - this.head - (index - this.head) * this.modulus);
  }
}
