import type { FailureMode } from '../statistics/index.ts';
import type { Core } from './core.ts';
import { LEDGER, REGISTER } from './frames.ts';
import { FAILURE } from './program.ts';

/** What the machine tells the observer, in the terms of the model: of traced requests only, where a request is the cause. */
export class Notes {
  constructor(private readonly core: Core) {}

  servers(station: number, servers: number): void {
    const { component, name, mode } = this.core.model.stations[station]!;
    // Those of a log are its workers.
    if (mode !== 'recursion' && !this.core.model.logs.some((log) => log.station === station))
      this.core.observer.level(component, 'servers', name, servers, this.core.now);
  }

  keyRate(limiter: number, readsPerSecond: number): void {
    const { component } = this.core.model.limiters[limiter]!;
    this.core.observer.level(component, 'key rate', String(limiter), readsPerSecond, this.core.now);
  }

  /** Instance, shard or worker that a frame is at; -1: nobody can tell. */
  private unitOf(pc: number, h: number): number {
    const { unitRegister } = this.core.observer.ownerOf(pc);
    return unitRegister < 0 ? -1 : this.core.frames.int[h + REGISTER + unitRegister]!;
  }

  time(row: number, stream: number, pc: number, h: number, ns: number): void {
    this.core.observer.time(row, stream, this.unitOf(pc, h), ns, this.core.now);
  }

  visit(station: number, stream: number, serviceNs: number, h: number): void {
    if (this.core.frames.int[h + LEDGER] !== 0)
      this.core.observer.visit(station, stream, serviceNs, this.core.now);
  }

  breakerOpen(edge: number, pc: number, h: number): void {
    if (this.core.frames.int[h + LEDGER] === 0) return;
    const { target } = this.core.model.edges[edge]!;
    const component = this.core.model.components.findIndex(({ id }) => id === target);
    this.core.observer.callFailed('breaker-open', pc, component, this.core.now);
  }

  failure(mode: FailureMode, pc: number, h: number): void {
    const { int } = this.core.frames;
    if (int[h + LEDGER] !== 0) this.core.observer.failed(mode, pc, this.unitOf(pc, h), this.core.now);
  }

  /** `row`: of the time ledger, a row of the component that is called. */
  callFailed(mode: FailureMode, pc: number, h: number, row: number): void {
    if (this.core.frames.int[h + LEDGER] !== 0)
      this.core.observer.callFailed(mode, pc, Math.floor((row - 1) / 5), this.core.now);
  }
}

/** How a component that says no itself, by this code of FAILURE, does so. */
export function modeOfFail(failure: number): FailureMode {
  switch (failure) {
    case FAILURE.unavailable:
      return 'refused';
    case FAILURE.timeout:
      return 'silent';
    case FAILURE.rejected:
      return 'shed';
    case FAILURE.rateLimited:
      return 'over-limit';
    default:
      return 'not-found';
  }
}
