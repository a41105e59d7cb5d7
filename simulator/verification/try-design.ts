import { InputError, checkScenario, findBuiltin } from '../../scenarios/index.ts';
import { compile, createRun, summarize } from '../index.ts';
import { randomDesign } from './random-design.ts';

/** What became of a random design. */
export interface Trial {
  readonly seed: number;
  /** `refused`: the validator or the compiler said why. `wrong`: our own fault. */
  readonly outcome: 'ran' | 'refused' | 'wrong';
  /** Codes of a refusal, or what is wrong. */
  readonly reason: string;
  readonly events: number;
}

/** Events after which a run is left where it is: enough to meet every part of a design. */
const MOST_EVENTS = 60_000;

/**
 * Checks, compiles and runs the design with this number for a moment. Conservation, of requests and in every queue, is asserted by
 * the run itself, every other one of which does without the kernel; figures that are not numbers are looked for here.
 */
export function tryDesign(seed: number): Trial {
  let events = 0;
  try {
    const { scenario } = checkScenario(randomDesign(seed), { find: findBuiltin });
    const run = createRun(compile(scenario), { seed });
    // TypeScript keeps more of the books than the kernel does.
    if (seed % 2 === 1) run.stopKernel();
    run.advance({ events: MOST_EVENTS });
    events = run.events;
    if (!run.done) return { seed, outcome: 'ran', reason: 'left after enough events', events };
    const bad = notANumber(summarize(scenario, [run.record()]), '');
    return bad === null
      ? { seed, outcome: 'ran', reason: '', events }
      : { seed, outcome: 'wrong', reason: `${bad} is not a number`, events };
  } catch (error) {
    if (error instanceof InputError) {
      const codes = [...new Set(error.problems.map(({ code }) => code))];
      return { seed, outcome: 'refused', reason: codes.join(' '), events };
    }
    return { seed, outcome: 'wrong', reason: error instanceof Error ? error.message : String(error), events };
  }
}

/** Path of the first figure that is NaN or infinite; null: none is. */
function notANumber(value: unknown, path: string): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? null : path;
  if (value === null || typeof value !== 'object') return null;
  for (const [name, member] of Object.entries(value)) {
    const found = notANumber(member, path === '' ? name : `${path}.${name}`);
    if (found !== null) return found;
  }
  return null;
}
