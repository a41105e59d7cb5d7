import { drawInt32, sampleNs } from '../../scenarios/sampling/index.ts';
import type { Core } from './core.ts';
import { ATTEMPT_MASK, ATTEMPT_SHIFT, KEY0, KEY1, LEDGER, STATUS } from './frames.ts';
import type { Notes } from './notes.ts';
import type { Occupancy } from './occupancy.ts';
import type { Selection } from './selection.ts';
import type { Servers } from './servers.ts';

const TWO_TO_MINUS_32 = 2.3283064365386963e-10;

/**
 * Visits of first come, first served stations whose servers nobody holds: who arrives knows at once when it will be
 * served, from the times at which the servers are next free.
 */
export class Visits {
  /** When the answer that counts began to be worked on in the last visit, ns. */
  readonly start = new Float64Array(1);
  private readonly replicaEnds = new Float64Array(16);
  private readonly replicaStarts = new Float64Array(16);

  constructor(
    private readonly core: Core,
    private readonly occupancy: Occupancy,
    private readonly selection: Selection,
    private readonly notes: Notes,
    private readonly servers: Servers,
  ) {}

  /**
   * VISIT, and the visit of a LEAF: brings the frame's time from the arrival to the answer of enough
   * replicas, and leaves in `start` when that one began. Times go through the frame, because a
   * double that is passed or returned is boxed.
   */
  visit(h: number, pc: number, key0: number, key1: number, attempt: number): void {
    const { code } = this.core;
    const { float } = this.core.frames;
    const t = float[h >> 1]!;
    const index = this.selection.choose(code[pc + 4]!, code[pc + 5]!, code[pc + 3]!, h, key0, key1);
    const replicas = code[pc + 6]!;
    const touched = code[pc + 7]!;
    const sampler = this.core.model.program.samplers[code[pc + 9]!]!;
    const stream = code[pc + 10]!;
    if (touched === 1) {
      let station = code[pc + 2]! + index;
      if (replicas > 1) {
        const replica = Math.floor(
          (drawInt32(key0, key1, stream, 256 + attempt) >>> 0) * TWO_TO_MINUS_32 * replicas,
        );
        station = code[pc + 2]! + index * replicas + replica;
      }
      const service =
        sampler.constantNs >= 0
          ? sampler.constantNs
          : sampleNs(sampler, drawInt32(key0, key1, stream, attempt));
      const start = this.servers.reserve(station, t, service);
      const end = start + service;
      this.core.recorder.service(station, this.occupancy.component[station]!, t, start, end);
      this.notes.visit(station, stream, service, h);
      this.start[0] = start;
      float[h >> 1] = end;
      return;
    }
    this.visitReplicas(h, pc, index, key0, key1, attempt);
  }

  /** All replicas of one index work; the answer is there with the `needed`-th fastest. */
  private visitReplicas(
    h: number,
    pc: number,
    index: number,
    key0: number,
    key1: number,
    attempt: number,
  ): void {
    const { code } = this.core;
    const { float } = this.core.frames;
    const t = float[h >> 1]!;
    const replicas = code[pc + 6]!;
    const needed = code[pc + 8]!;
    const sampler = this.core.model.program.samplers[code[pc + 9]!]!;
    const ends = this.replicaEnds;
    const starts = this.replicaStarts;
    for (let r = 0; r < replicas; r++) {
      const station = code[pc + 2]! + index * replicas + r;
      const service = sampleNs(sampler, drawInt32(key0, key1, code[pc + 10]!, attempt + 512 * r));
      const start = this.servers.reserve(station, t, service);
      const end = start + service;
      this.core.recorder.service(station, this.occupancy.component[station]!, t, start, end);
      this.notes.visit(station, code[pc + 10]!, service, h);
      let i = r;
      while (i > 0 && ends[i - 1]! > end) {
        ends[i] = ends[i - 1]!;
        starts[i] = starts[i - 1]!;
        i--;
      }
      ends[i] = end;
      starts[i] = start;
    }
    this.start[0] = starts[needed - 1]!;
    float[h >> 1] = ends[needed - 1]!;
  }

  /** VISIT where service times have factors by station, and not every replica is there. */
  slowVisit(h: number, pc: number): void {
    const { code, constants } = this.core;
    const { samplers } = this.core.model.program;
    const { int, float } = this.core.frames;
    const key0 = int[h + KEY0]!;
    const key1 = int[h + KEY1]!;
    const attempt = (int[h + STATUS]! >>> ATTEMPT_SHIFT) & ATTEMPT_MASK;
    const t = float[h >> 1]!;
    const first = code[pc + 2]!;
    const index = this.selection.choose(code[pc + 4]!, code[pc + 5]!, code[pc + 3]!, h, key0, key1);
    const replicas = code[pc + 6]!;
    const sampler = samplers[code[pc + 9]!]!;
    const stream = code[pc + 10]!;
    const all = code[pc + 7]! > 1;
    const there: number[] = [];
    for (let r = 0; r < replicas; r++) if (((code[pc + 14]! >> r) & 1) === 1) there.push(r);
    const one = all || there.length === 1 ? 0 : this.drawReplica(key0, key1, stream, attempt, there.length);
    const visits: { readonly start: number; readonly end: number }[] = [];
    for (const r of all ? there : [there[one]!]) {
      const station = first + index * replicas + r;
      const service = Math.floor(
        sampleNs(sampler, drawInt32(key0, key1, stream, attempt + 512 * (all ? r : 0))) *
          constants[code[pc + 13]! + station - first]! +
          0.5,
      );
      const start = this.servers.reserve(station, t, service);
      this.core.recorder.service(station, this.occupancy.component[station]!, t, start, start + service);
      this.notes.visit(station, stream, service, h);
      visits.push({ start, end: start + service });
    }
    const { start, end } = visits.sort((a, b) => a.end - b.end)[all ? code[pc + 8]! - 1 : 0]!;
    const row = int[h + LEDGER]!;
    if (row !== 0) {
      this.core.ledger.rows[row + code[pc + 11]!]! += start - t;
      this.core.ledger.rows[row + code[pc + 12]!]! += end - start;
      this.core.spans?.spend(row, code[pc + 11]!, t, start);
      this.core.spans?.spend(row, code[pc + 12]!, start, end);
    }
    float[h >> 1] = end;
  }

  /** Time of a SLOW_DELAY, ns. */
  slowDelay(h: number, pc: number): number {
    const { code, constants } = this.core;
    const { samplers } = this.core.model.program;
    const { int } = this.core.frames;
    const key0 = int[h + KEY0]!;
    const key1 = int[h + KEY1]!;
    const attempt = (int[h + STATUS]! >>> ATTEMPT_SHIFT) & ATTEMPT_MASK;
    const index = this.selection.choose(code[pc + 5]!, code[pc + 6]!, code[pc + 4]!, h, key0, key1);
    const replicas = code[pc + 7]!;
    const replica = replicas === 1 ? 0 : this.drawReplica(key0, key1, code[pc + 8]!, attempt, replicas);
    const time = sampleNs(samplers[code[pc + 1]!]!, drawInt32(key0, key1, code[pc + 2]!, attempt));
    return Math.floor(time * constants[code[pc + 9]! + index * replicas + replica]! + 0.5);
  }

  private drawReplica(key0: number, key1: number, stream: number, attempt: number, replicas: number): number {
    return Math.floor((drawInt32(key0, key1, stream, 256 + attempt) >>> 0) * TWO_TO_MINUS_32 * replicas);
  }
}
