import { drawInt32 } from '../../scenarios/sampling/index.ts';
import { CircuitBreaker } from '../stations/circuit-breaker.ts';
import { RetryBudget } from '../stations/retry-budget.ts';
import { NOW, type Core } from './core.ts';
import { ATTEMPT_MASK, ATTEMPT_SHIFT, FAILURE_MASK, KEY0, KEY1, STATUS } from './frames.ts';
import { FAILURE } from './program.ts';

const TWO_TO_MINUS_32 = 2.3283064365386963e-10;

/** What stands between a caller and its next call, by edge: circuit breakers, retries and their budgets. */
export class CallGuards {
  private readonly breakers: (CircuitBreaker | null)[] = [];
  private readonly budgets: (RetryBudget | null)[] = [];

  constructor(private readonly core: Core) {}

  /** Takes the edges of the model in force, of which the first `kept` are known. */
  adopt(kept: number): void {
    const { breakers, budgets } = this;
    breakers.length = budgets.length = kept;
    for (const { config } of this.core.model.edges.slice(kept)) {
      const { circuitBreaker, retries } = config;
      breakers.push(circuitBreaker === null ? null : new CircuitBreaker(circuitBreaker));
      budgets.push(retries?.budgetRatio == null ? null : new RetryBudget(retries.budgetRatio));
    }
  }

  mayCall(edge: number): boolean {
    return this.breakers[edge]!.enter(this.core.clock[NOW]!);
  }

  leaveBreaker(edge: number, success: boolean): void {
    this.breakers[edge]!.leave(this.core.clock[NOW]!, success);
  }

  /** Does a budget bound the retries over an edge? Then each call counts towards it. */
  hasBudget(edge: number): boolean {
    return this.budgets[edge] !== null;
  }

  countCall(edge: number): void {
    this.budgets[edge]!.countCall(this.core.clock[NOW]!);
  }

  /** Pause before the next attempt of the call behind a RETRY, ns; -1: give up. */
  retryPause(h: number, pc: number): number {
    const now = this.core.clock[NOW]!;
    const { int } = this.core.frames;
    const edge = this.core.code[pc + 1]!;
    const retries = this.core.model.edges[edge]!.config.retries!;
    const failure = int[h + STATUS]! & FAILURE_MASK;
    const attempt = (int[h + STATUS]! >>> ATTEMPT_SHIFT) & ATTEMPT_MASK;
    const worthIt =
      failure === FAILURE.timeout || failure === FAILURE.rejected || failure === FAILURE.unavailable;
    if (!worthIt || attempt >= retries.max) return -1;
    const budget = this.budgets[edge];
    if (budget != null && !budget.tryRetry(now)) return -1;
    const u =
      ((drawInt32(int[h + KEY0]!, int[h + KEY1]!, this.core.code[pc + 2]!, attempt) >>> 0) + 0.5) *
      TWO_TO_MINUS_32;
    return Math.floor(retries.backoffMs * 1e6 * 2 ** attempt * (1 - retries.jitter * u) + 0.5);
  }
}
