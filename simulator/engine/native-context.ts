import { drawInt32, rootKey0, rootKey1, sourceKey, thinnedArrivals } from '../../scenarios/sampling/index.ts';
import type { KeyLimiter } from '../stations/key-limiter.ts';
import type { Alarms } from './alarms.ts';
import type { Consumers } from './consumers.ts';
import { START_TIME, type Core } from './core.ts';
import { ATTEMPT_MASK, ATTEMPT_SHIFT, FAILURE_MASK, KEY0, KEY1, REGISTER, START, STATUS } from './frames.ts';
import type { NativeContext } from './native.ts';
import type { RequestSources } from './request-sources.ts';

/** What the functions of components may use, made from the parts of a machine. */
export function nativeContext(parts: {
  readonly core: Core;
  readonly consumers: Consumers;
  readonly sources: RequestSources;
  readonly alarms: Alarms;
  readonly limiters: readonly KeyLimiter[];
}): NativeContext {
  const { core, consumers, sources, alarms, limiters } = parts;

  const states = new Map<string, unknown>();
  return {
    now: () => core.now,
    time: (frame) => core.frames.float[frame >> 1]!,
    state: <T>(name: string, make: () => T): T => {
      if (!states.has(name)) states.set(name, make());
      return states.get(name) as T;
    },
    numbers: (length) => {
      const numbers: { at: number; values: Float64Array } = { at: 0, values: new Float64Array(0) };
      numbers.at = core.memory.float64Table(length, (v) => (numbers.values = v));
      return numbers;
    },
    draw: (frame, stream, index) =>
      drawInt32(core.frames.int[frame + KEY0]!, core.frames.int[frame + KEY1]!, stream, index) >>> 0,
    register: (frame, register) => core.frames.int[frame + REGISTER + register]!,
    setRegister: (frame, register, value) => {
      core.frames.int[frame + REGISTER + register] = value;
    },
    attempt: (frame) => (core.frames.int[frame + STATUS]! >>> ATTEMPT_SHIFT) & ATTEMPT_MASK,
    failure: (frame) => core.frames.int[frame + STATUS]! & FAILURE_MASK,
    startNs: (frame) => core.frames.float[(frame >> 1) + START]!,
    sample: (flow, sinceNs) => {
      const cell = core.recorder.flows[flow]!;
      core.recorder.arrivals[flow]! += 1;
      core.recorder.completed[flow]! += 1;
      cell.latency.record(core.now - sinceNs);
    },
    count: (counter, amount) => {
      core.recorder.counters[counter]! += amount;
    },
    after: (delayNs, action) => alarms.after(delayNs, action),
    consumers,
    serving: (component, instances) => core.observer.levelOf(component, 'instances', instances, core.now),
    addKey: (limiter, name) => limiters[limiter]!.addKey(name),
    start: ({ name, root, register }) => {
      const { entry, flow } = sources.rootNamed(root);
      const key = sourceKey(core.seed, name);
      core.clock[START_TIME] = core.now;
      const frame = core.startFrame(entry, rootKey0(key, 0), rootKey1(key, 0), register);
      core.beginRequest(frame, flow);
    },
    addSource: (options) => {
      const root = sources.rootNamed(options.root);
      const key = sourceKey(core.seed, options.name);
      const process = thinnedArrivals(options, key, core.now);
      sources.addProcess({
        name: options.name,
        settings: '',
        entry: root.entry,
        flow: root.flow,
        key,
        process,
        root: options.root,
        register: options.register,
      });
    },
  };
}
