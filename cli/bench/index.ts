import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { Scenario } from '../../scenarios/index.ts';
import { compile, createRun, type Model } from '../../simulator/index.ts';
import { loadScenario } from '../input.ts';
import { progressLine } from '../progress.ts';
import { figure } from '../report/index.ts';
import { runHoldModel, type HoldWorkload } from './hold.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface BenchOptions {
  readonly scenario: string;
  readonly short: boolean;
  readonly micro: boolean;
  readonly reference: boolean;
}

export function addBenchCommand(program: Command): void {
  program
    .command('bench')
    .description('measure speed, beside a bare loop in C++ and part by part')
    .option('--scenario <scenario>', 'what to run', 'whale-post')
    .option('--short', 'the short form of the scenario', false)
    .option('--no-micro', 'leave out the benchmarks of single parts (*.bench.ts)')
    .option(
      '--reference',
      'instead of the simulator the services of the reference stack, beside bare loops',
      false,
    )
    .action((options: BenchOptions) => (options.reference ? benchServices() : bench(options)));
}

interface Measured extends HoldWorkload {
  readonly simulatedSeconds: number;
  readonly wallSeconds: number;
}

/** Both sides run one after the other in one go, so that their ratio means something on this machine. */
function bench(options: BenchOptions): void {
  const { scenario } = loadScenario(options.scenario, { short: options.short });
  console.log(`Machine: ${machine()}`);
  const model = compile(scenario);
  const simulated = measure(scenario, model);
  const simulatedNs = (simulated.wallSeconds * 1e9) / simulated.events;
  console.log(
    [
      '',
      `${scenario.id}, ${figure(simulated.simulatedSeconds)} s simulated, one thread of Node`,
      `  ${figure(simulated.simulatedSeconds / simulated.wallSeconds)} simulated s a second`,
      `  ${figure(simulated.events / simulated.wallSeconds)} events a second, ${figure(simulatedNs)} ns an event`,
      `  ${figure(simulated.events)} events, ${figure(simulated.events / simulated.simulatedSeconds)} a simulated second`,
      `  ${figure(simulated.pending)} pending on average`,
      `  ${figure(measureAlone(scenario, model, simulated.events))} ns an event in TypeScript alone, without the kernel`,
    ].join('\n'),
  );
  const held = runHoldModel(simulated);
  if ('reason' in held) {
    console.error(`\nNOT COMPARED with the hold model in C++: ${held.reason}.`);
    process.exitCode = 1;
  } else {
    console.log(
      `\nHold model in C++ (${held.compiler}): as many events, as many pending, scheduled as far ahead`,
    );
    for (const { name, nsPerEvent } of held.variants)
      console.log(
        `  ${name.padEnd(20)} ${figure(nsPerEvent)} ns an event; the simulator takes ${figure(simulatedNs / nsPerEvent)} times that`,
      );
  }
  if (options.micro) benchParts();
}

const sliceEvents = 200_000;

/** Runs the scenario to its end against the clock. */
function measure(scenario: Scenario, model: Model): Measured {
  const incrementQuantilesNs = observeIncrements(model, scenario.run);
  const run = createRun(model, { seed: scenario.run.seed });
  const progress = progressLine(scenario.id, scenario.run.durationSeconds);
  let pendingSum = 0;
  let slices = 0;
  const startedAtMs = performance.now();
  while (!run.done) {
    run.advance({ events: sliceEvents });
    run.takeRows();
    pendingSum += run.pendingEvents;
    slices += 1;
    progress.update(run.nowSeconds);
  }
  const wallSeconds = (performance.now() - startedAtMs) / 1000;
  progress.end();
  return {
    simulatedSeconds: run.nowSeconds,
    wallSeconds,
    events: run.events,
    pending: pendingSum / slices,
    incrementQuantilesNs,
  };
}

const aloneEvents = 4_000_000;

/**
 * Ns of wall-clock time an event of the warmed-up scenario takes where there is no WebAssembly.
 *
 * @param total Events of the whole scenario: of a small one a part is measured.
 */
function measureAlone(
  { run: { seed, durationSeconds, warmupSeconds } }: Scenario,
  model: Model,
  total: number,
): number {
  const run = createRun(model, { seed });
  run.advance({ untilSeconds: warmupSeconds === 'auto' ? durationSeconds / 10 : warmupSeconds });
  run.stopKernel();
  // Code that has not run before is slow at first.
  const events = Math.min(aloneEvents, Math.floor(total / 4));
  run.advance({ events: Math.floor(events / 4) });
  const from = { events: run.events, atMs: performance.now() };
  run.advance({ events });
  return ((performance.now() - from.atMs) * 1e6) / (run.events - from.events);
}

const observedEvents = 4_000_000;
const sampleEvery = 5;
const quantiles = 4096;

/** How far ahead events are scheduled after the warm-up, in a run of its own: looking slows it down. */
function observeIncrements(
  model: Model,
  { seed, durationSeconds, warmupSeconds }: Scenario['run'],
): number[] {
  const run = createRun(model, { seed });
  run.advance({ untilSeconds: warmupSeconds === 'auto' ? durationSeconds / 10 : warmupSeconds });
  const sample: number[] = [];
  let seen = 0;
  run.observeIncrements((ns) => {
    if (seen++ % sampleEvery === 0) sample.push(ns);
  });
  run.advance({ events: observedEvents });
  const sorted = Float64Array.from(sample).sort();
  if (sorted.length === 0) throw new Error('The run schedules no events; there is nothing to compare with.');
  return Array.from(
    { length: quantiles },
    (_, i) => sorted[Math.floor(((i + 0.5) / quantiles) * sorted.length)]!,
  );
}

function machine(): string {
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `${processor}, ${availableParallelism()} cores, ${process.platform} ${process.arch}, Node ${process.version}`;
}

function benchParts(): void {
  console.log('\nParts');
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'bench', '--run', '--project', 'node', '--passWithNoTests'],
    { cwd: root, stdio: 'inherit' },
  );
  if (status !== 0) throw new Error('the benchmarks of single parts failed');
}

/** Loaded when it is asked for: the clients of the stores take half a second. */
async function benchServices(): Promise<void> {
  const { benchReference } = await import('../../reference/bench/index.ts');
  console.log(`Machine: ${machine()}`);
  await benchReference(({ what, unit, bare, ours, ratio, atLeast, note }) => {
    const verdict = ratio >= atLeast ? 'holds' : 'MISSED';
    console.log(
      [
        `\n${what}, ${unit}: ${figure(ours)}; bare ${figure(bare)}; ratio ${ratio.toFixed(2)}, at least ${String(atLeast)}: ${verdict}`,
        `  ${note}`,
      ].join('\n'),
    );
    if (ratio < atLeast) process.exitCode = 1;
  });
}
