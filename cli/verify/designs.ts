import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { runner } from '../../scripts/programs.mjs';
import type { DesignFindings, Trial } from '../../simulator/verification/index.ts';
import { record } from './findings.ts';
import type { Task } from './tasks.ts';

/** Designs of the whole suite, and of one task. */
const designs = 100_000;
const batch = 1000;
/** A design that takes longer hangs, s; the longest seen took a few, on a busy machine. */
const patienceSeconds = 120;

/** What became of the designs of one task. */
export interface DesignBatch {
  readonly tried: number;
  readonly ran: number;
  readonly events: number;
  /** How often each code was given as the reason of a refusal. */
  readonly refused: Readonly<Record<string, number>>;
  readonly wrong: readonly Trial[];
}

/** One task a thousand random designs. */
export function designTasks(): Task<DesignBatch>[] {
  return Array.from({ length: designs / batch }, (_, i) => ({
    id: `designs-${i}`,
    inputs: { from: i * batch, batch },
    run: () => tryDesigns(i * batch, (i + 1) * batch),
  }));
}

/** In a process of its own: a design that hangs, or ends the process, is found and the rest goes on. */
async function tryDesigns(from: number, to: number): Promise<DesignBatch> {
  const trials: Trial[] = [];
  while (from + trials.length < to) {
    const next = from + trials.length;
    const ended = await watch(next, to, (trial) => trials.push(trial));
    if (ended !== null)
      trials.push({ seed: from + trials.length, outcome: 'wrong', reason: ended, events: 0 });
  }
  const refused: Record<string, number> = {};
  for (const { outcome, reason } of trials) {
    if (outcome !== 'refused') continue;
    for (const code of reason.split(' ')) refused[code] = (refused[code] ?? 0) + 1;
  }
  return {
    tried: trials.length,
    ran: trials.filter(({ outcome }) => outcome === 'ran').length,
    events: trials.reduce((sum, { events }) => sum + events, 0),
    refused,
    wrong: trials.filter(({ outcome }) => outcome === 'wrong'),
  };
}

/** @returns why the design that was tried last did not come to its end; null: all did */
function watch(from: number, to: number, onTrial: (trial: Trial) => void): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [runner, 'cli/verify/design-batch.ts', String(from), String(to)], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let hung = false;
    const hang = (): void => {
      hung = true;
      child.kill('SIGKILL');
    };
    let patience = setTimeout(hang, 1000 * patienceSeconds);
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      clearTimeout(patience);
      patience = setTimeout(hang, 1000 * patienceSeconds);
      const trial = JSON.parse(line) as Partial<Trial>;
      if (trial.outcome !== undefined) onTrial(trial as Trial);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(patience);
      if (hung) resolve(`takes longer than ${patienceSeconds} s`);
      else resolve(code === 0 ? null : `ends the process, exit ${code}`);
    });
  });
}

/** Prints and records what was found. @returns the designs that show a fault of ours */
export async function reportDesigns(found: readonly DesignBatch[]): Promise<string[]> {
  const sum = (read: (batch: DesignBatch) => number): number =>
    found.reduce((total, part) => total + read(part), 0);
  const wrong = found.flatMap((part) => part.wrong);
  const designsFound: DesignFindings = {
    tried: sum(({ tried }) => tried),
    ran: sum(({ ran }) => ran),
    events: sum(({ events }) => events),
    refusedWith: [...new Set(found.flatMap(({ refused }) => Object.keys(refused)))].sort(),
    wrong: wrong.map(({ seed }) => seed),
  };
  console.log(designsFound);
  await record({ designs: designsFound });
  return wrong.map(({ seed, reason }) => `design ${seed}: ${reason}`);
}
