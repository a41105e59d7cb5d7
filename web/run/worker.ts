import * as Comlink from 'comlink';
import { InputError, type Scenario, type TimelineEntry } from '../../scenarios/index.ts';
import { compile, createRun, summarize, usualTraces, type Run } from '../../simulator/index.ts';
import { faultBand } from './fault-bands.ts';
import { parse } from './parse.ts';
import type { RunCommands, RunMessage, StartRequest } from './protocol.ts';

/** A command waits at most this long for the run to look up. */
const sliceMs = 10;
/** The page draws no faster than this. */
const reportMs = 50;
/** First guess of a slice; corrected after each one. */
const firstSliceEvents = 20_000;

interface Session {
  readonly port: MessagePort;
  readonly run: Run;
  /** Grows by injected entries, so that it replays this very run. */
  scenario: Scenario;
  columns: number;
  sliceEvents: number;
  pace: number | null;
  paused: boolean;
  stepUntilSeconds: number | null;
  /** Simulated time falls due by wall-clock time since this pair. */
  paceFrom: { wallMs: number; simulatedSeconds: number };
  reportedMs: number;
  wallMs: number;
}

let session: Session | null = null;

const commands: RunCommands = {
  check(text, form) {
    try {
      const { scenario, notes } = parse(text, form);
      compile(scenario);
      return notes;
    } catch (error) {
      if (error instanceof InputError) return error.problems;
      throw error;
    }
  },

  start(request, port) {
    endSession();
    const send = (message: RunMessage): void => port.postMessage(message);
    try {
      session = begin(request, port);
    } catch (error) {
      if (error instanceof InputError) send({ type: 'refused', problems: error.problems });
      else send({ type: 'broken', message: String(error) });
      return;
    }
    const { scenario, run } = session;
    const { durationSeconds, warmupSeconds } = scenario.run;
    send({
      type: 'started',
      durationSeconds,
      warmupSeconds: warmupSeconds === 'auto' ? 0 : warmupSeconds,
      bands: scenario.timeline.map(faultBand),
    });
    sendColumns(session, run.seriesPaths);
    wake();
  },

  pause() {
    if (!session) return;
    session.paused = true;
    report(session, true);
  },

  resume() {
    if (!session) return;
    session.paused = false;
    session.stepUntilSeconds = null;
    restartPace(session);
    wake();
  },

  step() {
    if (!session) return;
    session.paused = true;
    session.stepUntilSeconds = Math.floor(session.run.nowSeconds + 1e-9) + 1;
    wake();
  },

  stop() {
    endSession();
  },

  setPace(pace) {
    if (!session) return;
    session.pace = pace;
    restartPace(session);
    wake();
  },

  inject(entry: TimelineEntry) {
    if (!session) throw new Error('No run is under way.');
    const injected = session.run.inject(entry);
    session.scenario = { ...session.scenario, timeline: [...session.scenario.timeline, injected] };
    return injected;
  },
};

function begin({ text, form, pace }: StartRequest, port: MessagePort): Session {
  const { scenario } = parse(text, form);
  const run = createRun(compile(scenario), { seed: scenario.run.seed, requests: 'exemplified' });
  return {
    port,
    run,
    scenario,
    columns: 0,
    sliceEvents: firstSliceEvents,
    pace,
    paused: false,
    stepUntilSeconds: null,
    paceFrom: { wallMs: performance.now(), simulatedSeconds: 0 },
    reportedMs: 0,
    wallMs: 0,
  };
}

function endSession(): void {
  session?.port.close();
  session = null;
}

function restartPace(current: Session): void {
  current.paceFrom = { wallMs: performance.now(), simulatedSeconds: current.run.nowSeconds };
}

// A message to oneself comes round after commands that are waiting, and without the 4 ms that
// nested timers are held back.
const loop = new MessageChannel();
let awake = false;
loop.port1.onmessage = () => {
  awake = false;
  advanceSlice();
};

function wake(): void {
  if (awake) return;
  awake = true;
  loop.port2.postMessage(null);
}

function advanceSlice(): void {
  const current = session;
  if (!current) return;
  const { run } = current;
  if (current.paused && current.stepUntilSeconds === null) return;

  const untilSeconds = dueSeconds(current);
  if (untilSeconds <= run.nowSeconds) {
    setTimeout(wake, sliceMs);
    return;
  }
  const before = performance.now();
  const eventsBefore = run.events;
  try {
    run.advance({
      events: current.sliceEvents,
      ...(Number.isFinite(untilSeconds) ? { untilSeconds } : {}),
    });
  } catch (error) {
    const { seed } = current.scenario.run;
    send(current, { type: 'broken', message: `${String(error)} (seed ${seed})` });
    endSession();
    return;
  }
  const tookMs = performance.now() - before;
  current.wallMs += tookMs;
  fitSlice(current, run.events - eventsBefore, tookMs);

  if (current.stepUntilSeconds !== null && run.nowSeconds >= current.stepUntilSeconds) {
    current.stepUntilSeconds = null;
  }
  report(current, run.done || (current.paused && current.stepUntilSeconds === null));
  if (run.done) finish(current);
  else wake();
}

/** How far simulated time may go by now: to the next step, or as the pace allows. */
function dueSeconds({ stepUntilSeconds, pace, paceFrom }: Session): number {
  if (stepUntilSeconds !== null) return stepUntilSeconds;
  if (pace === null) return Infinity;
  return paceFrom.simulatedSeconds + ((performance.now() - paceFrom.wallMs) / 1000) * pace;
}

function fitSlice(current: Session, events: number, tookMs: number): void {
  if (events < current.sliceEvents / 2) return;
  const fitting = (current.sliceEvents * sliceMs) / Math.max(tookMs, 0.5);
  current.sliceEvents = Math.max(1000, Math.min(fitting, current.sliceEvents * 2));
}

function finish(current: Session): void {
  const records = [current.run.record()];
  const result = {
    ...summarize(current.scenario, records),
    traces: usualTraces(records),
    wallSeconds: current.wallMs / 1000,
  };
  send(current, { type: 'finished', result });
  endSession();
}

/** Sends rows and the clock, at most every `reportMs` unless `now`. */
function report(current: Session, now: boolean): void {
  const atMs = performance.now();
  if (!now && atMs - current.reportedMs < reportMs) return;
  current.reportedMs = atMs;
  const { run } = current;
  const rows = run.takeRows();
  if (rows.length > 0) {
    if (run.seriesPaths.length !== current.columns) sendColumns(current, run.seriesPaths);
    const atSeconds = Float64Array.from(rows, (row) => row.atSeconds);
    const values = new Float64Array(rows.length * current.columns);
    rows.forEach((row, index) => values.set(row.values, index * current.columns));
    current.port.postMessage({ type: 'rows', count: rows.length, atSeconds, values } satisfies RunMessage, [
      atSeconds.buffer,
      values.buffer,
    ]);
  }
  send(current, {
    type: 'progress',
    nowSeconds: run.nowSeconds,
    events: run.events,
    paused: current.paused && current.stepUntilSeconds === null,
  });
}

function sendColumns(current: Session, paths: readonly string[]): void {
  current.columns = paths.length;
  send(current, { type: 'columns', paths: [...paths] });
}

function send(current: Session, message: RunMessage): void {
  current.port.postMessage(message);
}

Comlink.expose(commands);
