import type { ConfigOf } from '../../scenarios/index.ts';
import { streamHash } from '../../scenarios/sampling/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { StationGroup } from '../compile/steps.ts';
import { FAILURE } from '../engine/program.ts';
import type { EventEffect, NodeContext } from './component.ts';
import type { NativeContext } from '../engine/native.ts';
import { BrokerAvailability } from './kafka-brokers.ts';

type StreamNode = NodeContext<ConfigOf<'UploadStream'>>;

/** Register of the broker that leads the partition. */
const LEADER = 0;

/** The publishers of a stream: how long they try, how many events they hold, whether they keep what failed. */
function publishersOf(node: StreamNode): {
  readonly patienceNs: number;
  readonly bufferedEvents: number;
  readonly outbox: boolean;
} {
  const publishers = node.sources
    .filter((source) => source.node.kind === 'UploadService')
    .map(({ edge, node: { config } }) => ({ edge, config: config as ConfigOf<'UploadService'> }));
  const patience = publishers.map(({ edge, config }) => {
    const deliveryMs = config.deliveryTimeoutSeconds * 1e3;
    // What the outbox takes over is not to be delivered by the publisher as well.
    return config.outbox ? Math.min(edge.config.timeoutMs ?? Infinity, deliveryMs) : deliveryMs;
  });
  return {
    patienceNs: Math.max(0, ...patience) * 1e6,
    bufferedEvents: publishers.reduce(
      (sum, { config }) => sum + config.instances * Math.floor(config.publishBufferBytes / config.eventBytes),
      0,
    ),
    outbox: publishers.every(({ config }) => config.outbox),
  };
}

/** Appends while not every broker is there: each event waits in its publisher until its partition takes writes. */
export interface DisturbedAppends {
  /** Fails with `rejected` when the buffer is full, with `timeout` when the publisher gives up. */
  append(p: ProcedureBuilder): void;
  /** Fails at once: such events are not kept. */
  appendOrForget(p: ProcedureBuilder): void;
}

export function disturbedAppends(
  node: StreamNode,
  brokers: StationGroup,
  counters: { readonly lostMessages: number; readonly lostLikeEvents: number },
): DisturbedAppends {
  const { config } = node;
  const { patienceNs, bufferedEvents, outbox } = publishersOf(node);
  const availability = new BrokerAvailability(config, node.id, node.timeline);
  const partitionStream = streamHash(`${node.id}.partition`);
  const partitionOf = (run: NativeContext, frame: number): number =>
    Math.floor((run.draw(frame, partitionStream, 0) / 2 ** 32) * config.partitions);
  const buffer = (run: NativeContext): { events: number } =>
    run.state(`${node.id}/publish-buffer`, () => ({ events: 0 }));
  const lose = (run: NativeContext, counter: number, failure: number): number => {
    run.count(counter, 1);
    return -failure;
  };

  const enterBuffer = node.native('enter-buffer', (run) => {
    const held = buffer(run);
    return () => {
      if (held.events >= bufferedEvents)
        return outbox ? -FAILURE.rejected : lose(run, counters.lostMessages, FAILURE.rejected);
      held.events++;
      return 0;
    };
  });
  const waitForLeader = node.native(
    'wait-for-leader',
    (run) => (frame) =>
      Math.min(patienceNs, availability.waitToWrite(partitionOf(run, frame), run.time(frame))),
  );
  const leaveBuffer = node.native('leave-buffer', (run) => {
    const held = buffer(run);
    return (frame) => {
      held.events--;
      const { writable, leader } = availability.partition(partitionOf(run, frame), run.time(frame));
      if (writable) return leader;
      return outbox ? -FAILURE.timeout : lose(run, counters.lostMessages, FAILURE.timeout);
    };
  });
  const leaderNow = node.native('leader-now', (run) => (frame) => {
    const { writable, leader } = availability.partition(partitionOf(run, frame), run.time(frame));
    return writable ? leader : lose(run, counters.lostLikeEvents, FAILURE.unavailable);
  });
  const appendAtLeader = (p: ProcedureBuilder): void => {
    p.visit(brokers, config.appendDemand, { at: { by: 'register', register: LEADER } });
    p.delay(config.publishDelay, 'service', 'publish');
  };
  return {
    append: (p) => {
      p.native(enterBuffer).pause(waitForLeader, 'queue').native(leaveBuffer, { into: LEADER });
      appendAtLeader(p);
    },
    appendOrForget: (p) => {
      p.native(leaderNow, { into: LEADER });
      appendAtLeader(p);
    },
  };
}

/** Consumers get nothing of partitions that nobody leads, from the event on and at each change after it. */
export function stallLeaderless(node: StreamNode, logs: readonly number[]): EventEffect {
  const { partitions } = node.config;
  const availability = new BrokerAvailability(node.config, node.id, node.timeline);
  const follow = (run: NativeContext): void => {
    const stalled = run.state(`${node.id}/leaderless`, () => new Set<number>());
    for (let partition = 0; partition < partitions; partition++) {
      const { readable } = availability.partition(partition, run.now());
      if (readable === !stalled.has(partition)) continue;
      if (readable) stalled.delete(partition);
      else stalled.add(partition);
      for (const log of logs)
        if (readable) run.consumers.endStall(log, partition);
        else run.consumers.stall(log, partition);
    }
  };
  return {
    effect: 'call',
    begin: (run) => {
      follow(run);
      for (const atNs of availability.changesAfter(run.now())) run.after(atNs - run.now(), () => follow(run));
    },
    end: () => {},
  };
}
