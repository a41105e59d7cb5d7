import { drawInt32, streamHash, type Sampler } from '../../scenarios/sampling/index.ts';
import type { Exemplars } from './exemplars.ts';
import {
  ARMED,
  BRANCH_MASK,
  BRANCH_SHIFT,
  CHILD,
  FRAME_WORDS,
  FREE,
  KEY0,
  KEY1,
  KILLED,
  LEDGER,
  NEXT,
  PARENT,
  PC,
  REGISTER,
  ROOT,
  START,
  STATUS,
  TIME,
  FramePool,
} from './frames.ts';
import { Ledger } from './ledger.ts';
import { FLOAT, INT, type Memory, type State } from './memory.ts';
import type { Model } from './model.ts';
import type { Observer } from './observer.ts';
import { PendingEvents } from './pending.ts';
import { ReadyQueue } from './ready-queue.ts';
import type { Recorder } from './recorder.ts';
import { Spans } from './spans.ts';
import { Timeouts } from './timeouts.ts';

const EXEMPLAR = streamHash('exemplar');

/** Entries of `Core.clock`. */
export const NOW = FLOAT.NOW;
export const ARRIVAL = FLOAT.ARRIVAL;
export const START_TIME = FLOAT.START_TIME;

/**
 * What every part of the machine works on: the model in force, the clock, the frames of requests (how they
 * begin, go on, are given up and end), and those who record what happens.
 */
export class Core {
  readonly frames: FramePool;
  readonly state: State;
  readonly pending: PendingEvents;
  readonly ready: ReadyQueue;
  readonly timeouts: Timeouts;
  readonly ledger: Ledger;
  /** Of traced requests, step by step; null: not recorded. */
  readonly spans: Spans | null;
  /**
   * The clock, the next arrival, the time of a new frame and the end of the slice, ns: in an array, because a double that is
   * stored in a field is boxed anew each time.
   */
  clock!: Float64Array;
  /** The program of the model in force. */
  code!: Int32Array;
  constants!: Float64Array;
  /** Where the program is in the memory, bytes. */
  programAt = { code: 0, constants: 0, samplers: 0 };
  /** When the run came to its limit of frames, ns. */
  stoppedAt: number | null = null;
  /** Which of the model's variants is in force. */
  variant = 0;

  constructor(
    public model: Model,
    readonly seed: number,
    readonly recorder: Recorder,
    readonly observer: Observer,
    readonly memory: Memory,
    maximumFrames: number,
    exemplars: Exemplars | null,
  ) {
    this.frames = new FramePool(maximumFrames, memory);
    this.state = this.frames.state;
    memory.bind(() => (this.clock = this.state.float));
    this.pending = new PendingEvents(this.frames);
    this.ledger = new Ledger(1 + model.components.length * 5);
    this.spans = exemplars === null ? null : new Spans(this.ledger.width, exemplars);
    this.ready = new ReadyQueue(memory, this.state);
    this.timeouts = new Timeouts(this.frames);
    this.state.int[INT.TRACE_MASK] = model.traceModulus - 1;
  }

  get now(): number {
    return this.clock[NOW]!;
  }
  set now(time: number) {
    this.clock[NOW] = time;
  }

  /** Puts the program of the model in force into the memory. */
  placeProgram(): void {
    const { memory } = this;
    const { program } = this.model;
    const code = memory.int32Table(program.code.length, (v) => (this.code = v));
    const constants = memory.float64Table(program.constants.length, (v) => (this.constants = v));
    this.code.set(program.code);
    this.constants.set(program.constants);
    this.programAt = { code, constants, samplers: placeSamplers(memory, program.samplers) };
  }

  allocate(): number {
    const { frames } = this;
    const h = frames.free;
    frames.live++;
    if (h !== 0) {
      frames.free = frames.int[h + NEXT]!;
      return h;
    }
    if (frames.used === frames.capacity) {
      if (frames.used > frames.maximum) this.stoppedAt ??= this.now;
      frames.grow();
    }
    return frames.used++ * FRAME_WORDS;
  }

  free(h: number): void {
    const { frames } = this;
    const int = frames.int;
    if (int[h + LEDGER] !== 0) this.ledger.close(int[h + LEDGER]!);
    int[h + PC] = FREE;
    int[h + NEXT] = frames.free;
    frames.free = h;
    frames.live--;
  }

  /** A frame without a caller that goes on at `clock[START_TIME]`; register 1 is `register`. */
  startFrame(entry: number, key0: number, key1: number, register: number): number {
    const h = this.allocate();
    const { int, float } = this.frames;
    const time = this.clock[START_TIME]!;
    float[(h >> 1) + TIME] = time;
    float[(h >> 1) + START] = time;
    int[h + PC] = entry;
    int[h + KEY0] = key0;
    int[h + KEY1] = key1;
    int[h + PARENT] = 0;
    int[h + STATUS] = 0;
    int[h + LEDGER] = 0;
    int[h + CHILD] = 0;
    int[h + REGISTER] = 0;
    int[h + REGISTER + 1] = register;
    int[h + REGISTER + 2] = 0;
    this.ready.push(h);
    return h;
  }

  /** Makes a frame the root of a request that arrives at the frame's time. */
  beginRequest(h: number, flow: number): void {
    const { int, float } = this.frames;
    const time = float[h >> 1]!;
    float[(h >> 1) + START] = time;
    int[h + STATUS] = int[h + STATUS]! | ROOT;
    this.recorder.arrivals[flow]! += 1;
    this.recorder.inFlight[flow]!++;
    if ((int[h + KEY1]! & this.state.int[INT.TRACE_MASK]!) !== 0) return;
    const row = this.openRow(time);
    int[h + LEDGER] = row;
    this.spans?.begin(row, flow, drawInt32(int[h + KEY0]!, int[h + KEY1]!, EXEMPLAR, 0) >>> 0, time);
  }

  openRow(time: number): number {
    this.ledger.now[0] = time;
    return this.ledger.open();
  }

  resumeAt(h: number, time: number, pc: number): void {
    this.frames.float[(h >> 1) + TIME] = time;
    this.frames.int[h + PC] = pc;
    this.ready.push(h);
  }

  kill(h: number): void {
    const { int } = this.frames;
    int[h + STATUS] = (int[h + STATUS]! & ~ROOT) | KILLED;
    const child = int[h + CHILD]!;
    const branches = (int[h + STATUS]! >>> BRANCH_SHIFT) & BRANCH_MASK;
    if (child !== 0 && branches === 0) {
      this.abandonChild(h, child);
      this.free(h);
    }
  }

  private abandonChild(parent: number, child: number): void {
    const { int } = this.frames;
    int[child + PARENT] = 0;
    this.ledger.close(int[child + LEDGER]!);
    int[child + LEDGER] = 0;
    if ((int[parent + STATUS]! & ARMED) !== 0) this.timeouts.cancel(parent);
    int[parent + CHILD] = 0;
  }
}

/** Rows of 16 bytes: constant ns or -1 (float64), place of the table (int32). */
function placeSamplers(memory: Memory, samplers: readonly Sampler[]): number {
  const rows = memory.allocate(samplers.length * 16);
  const tables = new Map<Float64Array, number>();
  samplers.forEach(({ constantNs, table }, i) => {
    let at = tables.get(table);
    if (at === undefined && table.length > 0) {
      at = memory.allocate(table.length * 8);
      memory.float64(at, table.length).set(table);
      tables.set(table, at);
    }
    memory.float64(rows + i * 16, 1)[0] = constantNs;
    memory.int32(rows + i * 16 + 8, 1)[0] = at ?? 0;
  });
  return rows;
}
