import type { StationGroup } from '../compile/steps.ts';
import type { Machine } from './machine.ts';
import type { ControlSpec, Model, Variant } from './model.ts';
import type { ControlContext } from './native.ts';
import type { ControlSums, Recorder } from './recorder.ts';

/** Replicas and instances of a group, or the stations of one index. */
function stationsOf(group: StationGroup, index: number | undefined): readonly number[] {
  const { first, count, replicas } = group;
  if (index !== undefined && (index < 0 || index >= count))
    throw new Error(`A group of ${count} has no station ${index}.`);
  const from = index === undefined ? first : first + index * replicas;
  const length = index === undefined ? count * replicas : replicas;
  return Array.from({ length }, (_, i) => from + i);
}

/**
 * The control loops of a run (NodeContext.every). Each turns at the multiples of its period, at a cut
 * between cells of time, so that what it looks at is complete.
 */
export class ControlLoops {
  private readonly sums: ControlSums;
  /** By name: the sums at the loop's previous turn. */
  private readonly seen = new Map<string, ControlSums>();
  private loops: readonly { readonly spec: ControlSpec; readonly turn: () => void }[] = [];

  constructor(
    private readonly model: Model,
    private readonly machine: Machine,
    private readonly recorder: Recorder,
  ) {
    this.sums = {
      busy: new Float64Array(model.stations.length),
      capacity: new Float64Array(model.stations.length),
      counters: new Float64Array(model.counters.length),
    };
  }

  /** Takes over the loops of a variant that begins. */
  begin(variant: Variant): void {
    this.loops = variant.controls.map((spec) => ({ spec, turn: spec.make(this.contextOf(spec)) }));
    for (const { name } of variant.controls) if (!this.seen.has(name)) this.seen.set(name, copyOf(this.sums));
  }

  /** Adds up the cell that is about to be closed. */
  account(endNs: number): void {
    if (this.loops.length > 0) this.recorder.addTo(this.sums, endNs);
  }

  /** Turns the loops that are due. */
  turn(nowNs: number): void {
    if (nowNs === 0) return;
    for (const { spec, turn } of this.loops) {
      if (nowNs % spec.periodNs !== 0) continue;
      turn();
      this.seen.set(spec.name, copyOf(this.sums));
    }
  }

  private contextOf({ name }: ControlSpec): ControlContext {
    const { model, machine, sums } = this;
    const since = (): ControlSums => this.seen.get(name)!;
    const tokensOf = (group: StationGroup, index: number | undefined): readonly number[] => {
      if (group.mode === 'recursion')
        throw new Error(`${model.stations[group.first]!.name} keeps no queue: ask for it as elastic.`);
      return stationsOf(group, index);
    };
    return {
      ...machine.context,
      busyRatio: (group, index) => {
        let busy = 0;
        let there = 0;
        for (const station of stationsOf(group, index)) {
          busy += sums.busy[station]! - since().busy[station]!;
          there += sums.capacity[station]! - since().capacity[station]!;
        }
        return busy / there;
      },
      queueLength: (group, index) =>
        tokensOf(group, index).reduce((sum, station) => sum + machine.occupancy.queued[station]!, 0),
      backlog: (log) => machine.consumers.logs[log]!.accepted,
      lagSeconds: (log) => Math.max(0, machine.core.now - machine.consumers.oldestMessageNs(log)) / 1e9,
      counterSince: (counter) => sums.counters[counter]! - since().counters[counter]!,
      setServers: (group, servers, index) => {
        for (const station of tokensOf(group, index)) machine.setServers(station, servers);
      },
    };
  }
}

function copyOf(sums: ControlSums): ControlSums {
  return { busy: sums.busy.slice(), capacity: sums.capacity.slice(), counters: sums.counters.slice() };
}

/** When the loops of a variant turn between two times, ns. */
export function turnsBetween(variant: Variant, fromNs: number, untilNs: number): readonly number[] {
  return variant.controls.flatMap(({ periodNs }) => {
    const turns: number[] = [];
    for (let k = Math.max(1, Math.ceil(fromNs / periodNs)); k * periodNs < untilNs; k++)
      turns.push(k * periodNs);
    return turns;
  });
}
