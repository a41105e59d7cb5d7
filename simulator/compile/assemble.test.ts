import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtins, checkScenario, findBuiltin } from '../../scenarios/index.ts';
import { LENGTH, OP } from '../engine/program.ts';
import { Assembler, Label, type Linker } from './assemble.ts';
import { compile } from './compile.ts';
import type { Step } from './steps.ts';

type Code = ArrayLike<number>;
const names = Object.fromEntries(Object.entries(OP).map(([name, op]) => [op, name]));

/** Operands that are places in the code, by their distance from the opcode (program.ts); lists apart. */
const placeOperands: Readonly<Record<string, readonly number[]>> = {
  ACQUIRE: [7],
  CALL: [1, 12],
  JUMP: [1],
  CHANCE: [3],
  FORK: [2],
  FAIL: [2],
  SPAWN: [1],
  NATIVE: [5],
  LEAF: [20],
  BREAKER_ENTER: [2],
  RETRY: [4, 5],
  LIMIT: [6],
  ADMIT: [2],
  APART: [3, 4],
  DETACH: [2],
};
/** Behind their operands comes a list of places; the last operand says how many. */
const lists = new Set(['FORK', 'SWITCH']);
/** What follows these is not run after them. */
const noWayOn = new Set(['JUMP', 'RETURN', 'END', 'BRANCH_END', 'FAIL', 'RETRY', 'SWITCH', 'SHARE_TICK']);

interface Instruction {
  readonly name: string;
  readonly at: number;
  readonly places: readonly number[];
}

/** Every instruction that a frame can come to. */
function reachable(code: Code, entries: readonly number[]): Instruction[] {
  const found = new Map<number, Instruction>();
  const open = [...entries];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (found.has(at)) continue;
    const name = names[code[at]!];
    if (name === undefined) throw new Error(`There is no instruction at ${at}.`);
    const places = (placeOperands[name] ?? []).map((offset) => code[at! + offset]!);
    const length = (LENGTH as Readonly<Record<string, number>>)[name] ?? 1;
    const listed = lists.has(name) ? code[at + length - 1]! : 0;
    for (let i = 0; i < listed; i++) places.push(code[at + length + i]!);
    found.set(at, { name, at, places });
    open.push(...places);
    if (!noWayOn.has(name)) open.push(at + length + listed);
  }
  return [...found.values()];
}

/** Where a frame that comes to this place does its next step. */
function landing(code: Code, place: number): number {
  while (code[place] === OP.JUMP) place = code[place + 1]!;
  return place;
}

/** Instructions that send a frame to a jump, and jumps to an end. */
function detours(code: Code, entries: readonly number[]): Instruction[] {
  return reachable(code, entries).filter(
    ({ name, places }) =>
      places.some((place) => code[place] === OP.JUMP) ||
      (name === 'JUMP' && [OP.RETURN, OP.END].some((end) => code[places[0]!] === end)),
  );
}

const notLinked = (): never => {
  throw new Error('These steps have no neighbours.');
};
const linker: Linker = {
  edge: notLinked,
  procedure: notLinked,
  steps: notLinked,
  instances: notLinked,
  root: notLinked,
  component: notLinked,
  unitRegister: () => -1,
  lead: () => 0,
  cut: () => null,
  untilNs: notLinked,
  point: notLinked,
};

/** The steps as a procedure, before and after its jumps are threaded. */
function assembled(steps: readonly Step[]): { entry: number; before: Code; after: Code } {
  const assembler = new Assembler(linker, { leafCalls: true, tailCalls: true });
  const entry = new Label();
  assembler.procedure(entry, 0, steps);
  const before = [...assembler.code];
  assembler.threadJumps();
  return { entry: entry.position, before, after: assembler.code };
}

const group = { first: 0, count: 1, replicas: 1, mode: 'tokens', component: 0 } as const;
const work: Step = {
  op: 'delay',
  time: { distribution: 'constant', ms: 1 },
  stream: 'work',
  cell: { component: 0, category: 'service' },
};
const hold = (body: readonly Step[]): Step => ({
  op: 'hold',
  group,
  select: { by: 'fixed', index: 0 },
  priority: 0,
  category: 'queue',
  body,
});
const either = (then: readonly Step[], otherwise: readonly Step[]): Step => ({
  op: 'chance',
  probability: 0.5,
  stream: 'chance',
  then,
  otherwise,
});

const { block } = fc.letrec<{ block: readonly Step[]; step: Step }>((tie) => ({
  block: fc.array(tie('step'), { maxLength: 3 }),
  step: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constant(work),
    fc.constant<Step>({ op: 'fail', failure: 'rejected' }),
    tie('block').map(hold),
    fc.tuple(tie('block'), tie('block')).map(([then, otherwise]) => either(then, otherwise)),
    fc
      .tuple(tie('block'), tie('block'))
      .map(([body, onFailure]): Step => ({ op: 'attempt', body, onFailure })),
    fc.tuple(tie('block'), tie('block')).map(([body, after]): Step => ({ op: 'ensure', body, after })),
    fc
      .array(tie('block'), { minLength: 1, maxLength: 3 })
      .map((cases): Step => ({ op: 'switch', register: 0, cases })),
    fc
      .array(tie('block'), { minLength: 1, maxLength: 3 })
      .map((branches): Step => ({ op: 'parallel', branches, stream: 'parallel' })),
    tie('block').map((body): Step => ({ op: 'repeat', register: 0, body })),
    tie('block').map((body): Step => ({ op: 'apart', flow: 0, stream: 'apart', body })),
    tie('block').map((body): Step => ({ op: 'detach', stream: 'detach', body })),
  ),
}));

describe('jump threading', () => {
  it('makes an end of the jump to it, and leaves no jump to a jump', () => {
    const { entry, before, after } = assembled([hold([either([either([work], [work])], [work])])]);
    // The inner choice jumps to the jump behind it, and the release of the server to the procedure's end.
    expect(detours(before, [entry])).toHaveLength(2);
    expect(detours(after, [entry])).toEqual([]);
  });

  it('leaves no detour in any steps, and lets a frame come to the same steps as before', () => {
    fc.assert(
      fc.property(block, (steps) => {
        const { entry, before, after } = assembled(steps);
        expect(detours(after, [entry])).toEqual([]);
        for (const { name, at, places } of reachable(after, [entry])) {
          const end = landing(before, at);
          if (before[at] !== OP.JUMP) {
            const [plain] = reachable(before, [at]);
            expect({ name, places }).toEqual({
              name: plain!.name,
              places: plain!.places.map((place) => landing(before, place)),
            });
          } else if (name === 'JUMP') expect(places).toEqual([end]);
          else expect(name).toBe(names[before[end]!]);
        }
      }),
    );
  });

  it.each(builtins.map(({ id }) => id))('leaves no detour in the program of %s', (id) => {
    const { program, variants } = compile(checkScenario(findBuiltin(id), { find: findBuiltin }).scenario);
    const entries = variants.flatMap(({ roots }) => [...roots.values()].map(({ entry }) => entry));
    expect(reachable(program.code, entries).length).toBeGreaterThan(3);
    expect(detours(program.code, entries)).toEqual([]);
  });
});
