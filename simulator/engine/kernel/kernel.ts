import { childStreams, rootStreams } from '../../../scenarios/sampling/index.ts';
import type { LinearMemory } from '../memory.ts';
import { KERNEL } from './kernel.wasm.ts';

/**
 * Door of the kernel: the machine's loop compiled to WebAssembly (assembly/). It does the
 * common instructions on the bytes of memory.ts, and calls its host for the rest.
 */
export interface KernelHost {
  native(index: number, frame: number): number;
  arrive(): void;
  refill(source: number): void;
  openNext(): boolean;
  push(frame: number): void;
  arm(frame: number): void;
  cancel(frame: number): void;
  serviceLater(station: number, arrival: number, start: number, end: number): void;
  countKeyLater(time: number, component: number, key: number, row: number): void;
  pick(balancer: number, draw: number): number;
  unpick(balancer: number, instance: number): void;
}

/** Tables whose places the kernel is told, in the order of its own list. */
const TABLES = [
  'frames',
  'code',
  'constants',
  'ready',
  'bins',
  'occupiedBins',
  'summary',
  'run',
  'runTime',
  'timeoutHeads',
  'samplers',
  'occupied',
  'capacity',
  'queued',
  'since',
  'component',
  'servers',
  'nextFree',
  'busy',
  'queue',
  'finished',
  'noWait',
  'counters',
  'inFlight',
  'arrivals',
  'completed',
  'latencyOf',
  'waitOf',
  'keysOf',
  'limiters',
  'balancers',
  'sources',
  'early',
  'choices',
  'fetched',
] as const;
/** Addresses, bytes. */
export type Places = Readonly<Record<(typeof TABLES)[number], number>>;

/** What `Kernel.advance` ends with. */
export const OUTCOME = {
  /** The clock is at the end of the slice. */
  REACHED: 0,
  BUDGET: 1,
  /** The instruction at `INT.PC` of the frame `INT.FRAME` is the host's. */
  STEP: 2,
  /** Time-outs are due. */
  TIMEOUTS: 3,
} as const;

interface Exports {
  place(table: number, address: number): void;
  configure(childStream0: number, childStream1: number, rootStream0: number, rootStream1: number): void;
  advance(): number;
}

/** What is used of WebAssembly, which neither DOM nor Node types are there to declare. */
interface Engine {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (size: { readonly initial: number }) => LinearMemory;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}
const engine = (globalThis as { readonly WebAssembly?: Engine }).WebAssembly;
let compiled: object | null = null;

/** Memory for a run with a kernel; null where WebAssembly is not there, or a page's policy forbids it. */
export function kernelMemory(): LinearMemory | null {
  if (engine === undefined) return null;
  try {
    compiled ??= new engine.Module(bytesOf(KERNEL));
  } catch {
    return null;
  }
  return new engine.Memory({ initial: 2 });
}

export class Kernel {
  private readonly exports: Exports;

  /** @param memory From `kernelMemory`. */
  constructor(memory: LinearMemory, host: KernelHost) {
    const instance = new engine!.Instance(compiled!, { env: { memory }, machine: host });
    this.exports = instance.exports as Exports;
    this.exports.configure(...childStreams, ...rootStreams);
  }

  place(places: Places): void {
    TABLES.forEach((name, i) => this.exports.place(i, places[name]));
  }

  /** Runs to the end of the slice, to the budget, or to what only the host can do. */
  advance(): number {
    return this.exports.advance();
  }
}

/** Decodes base64; `atob` belongs to the DOM. */
function bytesOf(base64: string): Uint8Array {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const values = new Map([...digits].map((digit, value) => [digit, value]));
  const text = base64.replace(/=+$/, '');
  const bytes = new Uint8Array((text.length * 3) >> 2);
  let bits = 0;
  let held = 0;
  let length = 0;
  for (const digit of text) {
    bits = ((bits << 6) | values.get(digit)!) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[length++] = (bits >> held) & 0xff;
  }
  return bytes;
}
