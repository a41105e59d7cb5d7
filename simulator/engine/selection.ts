import { drawInt32 } from '../../scenarios/sampling/index.ts';
import type { Core } from './core.ts';
import { REGISTER } from './frames.ts';

const TWO_TO_MINUS_32 = 2.3283064365386963e-10;

/** Which one of a group of stations, instances or partitions a frame goes to (SELECT). */
export class Selection {
  constructor(private readonly core: Core) {}

  /** Index within a group, by the selector and argument at operands 3 and 4, or 4 and 5 of an instruction. */
  select(h: number, pc: number, key0: number, key1: number): number {
    const { code } = this.core;
    return this.choose(code[pc + 3]!, code[pc + 4]!, code[pc + 2]!, h, key0, key1);
  }

  choose(selector: number, argument: number, count: number, h: number, key0: number, key1: number): number {
    if (selector === 0) return argument;
    if (selector === 1) return this.core.frames.int[h + REGISTER + argument]!;
    return Math.floor((drawInt32(key0, key1, argument, 0) >>> 0) * TWO_TO_MINUS_32 * count);
  }
}

/** One of `count` instances, drawn for a retry among all but the one of the attempt before. */
export function anotherOf(
  count: number,
  key0: number,
  key1: number,
  stream: number,
  attempt: number,
): number {
  const uniform = (index: number, among: number): number =>
    Math.floor((drawInt32(key0, key1, stream, index) >>> 0) * TWO_TO_MINUS_32 * among);
  let instance = uniform(0, count);
  for (let a = 1; a <= attempt && count > 1; a++) {
    const other = uniform(a, count - 1);
    instance = other < instance ? other : other + 1;
  }
  return instance;
}
