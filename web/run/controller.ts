import * as Comlink from 'comlink';
import type { Problem, TimelineEntry } from '../../scenarios/index.ts';
import { faultBand } from './fault-bands.ts';
import { healthOf } from './health.ts';
import type { Form, RunCommands, RunMessage } from './protocol.ts';
import { SeriesBuffer } from './series-buffer.ts';
import { isUnderWay, noRun, useRun, type NodeFigures, type RunState } from './store.ts';

/** Rows of the current run, or of the last one. Charts read it when `rowsVersion` changes. */
export let series = new SeriesBuffer();

/** Speeds offered, simulated seconds a wall-clock second; null: as fast as it can. */
export const paces: readonly (number | null)[] = [0.25, 0.5, 1, 2, 5, 10, 30, 100, null];

let remote: Comlink.Remote<RunCommands> | null = null;
let port: MessagePort | null = null;
/** Text of the file that is running. */
let runningText = '';
/** `[wall ms, simulated s]` of the last reports, for the measured speed. */
let clockMarks: (readonly [number, number])[] = [];
const speedOverMs = 3000;

function simulation(): Comlink.Remote<RunCommands> {
  remote ??= Comlink.wrap<RunCommands>(
    new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'simulation' }),
  );
  return remote;
}

/** Every problem of a file and its wiring, found off the page's thread. */
export function check(text: string, form: Form): Promise<readonly Problem[]> {
  return simulation().check(text, form);
}

/** Runs a file from its start. */
export async function start(text: string, form: Form): Promise<void> {
  port?.close();
  const channel = new MessageChannel();
  port = channel.port1;
  port.onmessage = ({ data }: MessageEvent<RunMessage>) => receive(data);
  series = new SeriesBuffer();
  runningText = text;
  clockMarks = [];
  const { pace, rowsVersion } = useRun.getState();
  useRun.setState({
    status: 'starting',
    form,
    nowSeconds: 0,
    durationSeconds: 0,
    events: 0,
    speed: null,
    bands: [],
    figures: {},
    offered: {},
    problems: [],
    fault: null,
    rowsVersion: rowsVersion + 1,
  });
  await simulation().start({ text, form, pace }, Comlink.transfer(channel.port2, [channel.port2]));
}

/** Forgets why the last run was refused, because the draft has been checked anew. */
export function forgetRefusal(): void {
  useRun.setState({ problems: [] });
}

export async function pause(): Promise<void> {
  const { status } = useRun.getState();
  if (status === 'running' || status === 'starting') await simulation().pause();
}

export async function resume(): Promise<void> {
  if (useRun.getState().status !== 'paused') return;
  clockMarks = [];
  useRun.setState({ status: 'running' });
  await simulation().resume();
}

/** One step of the series; pauses a run that is going. */
export async function step(): Promise<void> {
  if (isUnderWay(useRun.getState().status)) await simulation().step();
}

export async function stop(): Promise<void> {
  if (!isUnderWay(useRun.getState().status)) return;
  port?.close();
  useRun.setState({ status: 'stopped', speed: null });
  await simulation().stop();
}

/** Ends the run and forgets it, its figures and the run before: as before the first run. */
export async function clearRun(): Promise<void> {
  const stopped = stop();
  port = null;
  runningText = '';
  clockMarks = [];
  series = new SeriesBuffer();
  useRun.setState(({ pace, rowsVersion }) => ({ ...noRun, pace, rowsVersion: rowsVersion + 1 }));
  await stopped;
}

export async function setPace(pace: number | null): Promise<void> {
  useRun.setState({ pace });
  clockMarks = [];
  if (isUnderWay(useRun.getState().status)) await simulation().setPace(pace);
}

/** The next faster (+1) or slower (-1) of the speeds offered. */
export function changePace(direction: 1 | -1): Promise<void> {
  const at = paces.indexOf(useRun.getState().pace);
  const next = paces[Math.max(0, Math.min(paces.length - 1, at + direction))];
  return setPace(next === undefined ? null : next);
}

/** Adds an event to the run under way; resolves to the entry to write into the scenario. */
export async function inject(entry: TimelineEntry): Promise<TimelineEntry> {
  const injected = await simulation().inject(entry);
  useRun.setState(({ bands }) => ({ bands: [...bands, faultBand(injected)] }));
  return injected;
}

/** The file that a run stands for, once an injected event has been written into it. */
export function setRunningText(text: string): void {
  runningText = text;
}

function receive(message: RunMessage): void {
  switch (message.type) {
    case 'started': {
      const { durationSeconds, warmupSeconds, bands } = message;
      useRun.setState({ status: 'running', durationSeconds, warmupSeconds, bands });
      return;
    }
    case 'columns':
      series.setColumns(message.paths);
      useRun.setState({ flows: flowsIn(message.paths) });
      return;
    case 'rows':
      series.append(message.count, message.atSeconds, message.values);
      useRun.setState(({ rowsVersion, figures }) => ({
        rowsVersion: rowsVersion + 1,
        figures: readFigures(series, figures),
        offered: readOffered(series),
      }));
      return;
    case 'progress':
      useRun.setState(({ status }) => ({
        nowSeconds: message.nowSeconds,
        events: message.events,
        speed: measureSpeed(message.nowSeconds),
        status:
          status === 'running' || status === 'paused' ? (message.paused ? 'paused' : 'running') : status,
      }));
      return;
    case 'finished':
      useRun.setState(({ finished, form, bands, durationSeconds }) => ({
        status: 'finished',
        nowSeconds: message.result.stopped?.atSeconds ?? durationSeconds,
        previous: finished,
        finished: {
          number: (finished?.number ?? 0) + 1,
          result: message.result,
          form,
          bands,
          text: runningText,
        },
      }));
      return;
    case 'refused':
      useRun.setState({ status: 'refused', problems: message.problems });
      return;
    case 'broken':
      useRun.setState({ status: 'broken', fault: message.message });
  }
}

function measureSpeed(nowSeconds: number): number | null {
  const nowMs = performance.now();
  clockMarks.push([nowMs, nowSeconds]);
  while (clockMarks.length > 2 && nowMs - clockMarks[0]![0] > speedOverMs) clockMarks.shift();
  const [fromMs, fromSeconds] = clockMarks[0]!;
  return nowMs - fromMs < 200 ? null : ((nowSeconds - fromSeconds) / (nowMs - fromMs)) * 1000;
}

function flowsIn(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.flatMap((path) => (path.startsWith('flows.') ? [path.split('.')[1]!] : [])))];
}

function readOffered(rows: SeriesBuffer): Record<string, number> {
  const offered: Record<string, number> = {};
  for (const path of rows.paths) {
    const [head, flow, figure] = path.split('.');
    if (head === 'flows' && figure === 'offeredPerSecond') offered[flow!] = rows.last(path) ?? 0;
  }
  return offered;
}

/** The latest row by component; a component whose figures stayed keeps its object. */
function readFigures(rows: SeriesBuffer, before: RunState['figures']): RunState['figures'] {
  const values = new Map<string, Record<string, number | null>>();
  for (const path of rows.paths) {
    const [head, id, ...figure] = path.split('.');
    if (head !== 'components' || id === undefined) continue;
    let own = values.get(id);
    if (!own) values.set(id, (own = {}));
    own[figure.join('.')] = rows.last(path);
  }
  const figures: Record<string, NodeFigures> = {};
  for (const [id, own] of values) {
    const health = healthOf(rows, id);
    const old = before[id];
    const same =
      old !== undefined &&
      old.health.level === health.level &&
      old.health.reason === health.reason &&
      Object.keys(own).every((name) => own[name] === old.values[name]);
    figures[id] = same ? old : { health, values: own };
  }
  return figures;
}
