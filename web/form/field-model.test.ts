import { describe, expect, it } from 'vitest';
import { edgeConfig, kinds, population, run, timelineEntry } from '../../scenarios/index.ts';
import { choiceOf, fieldModel, initialChoice, initialValue, type Field } from './field-model.ts';

function member(field: Field, name: string): Field {
  if (field.type !== 'object') throw new Error(`not an object: ${field.type}`);
  const found = field.members.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no member ${name}`);
  return found.field;
}

describe('a form from a schema', () => {
  it.each(Object.values(kinds).map((kind) => [kind.kind, kind] as const))(
    'knows every member of %s by title, meaning and source',
    (_name, kind) => {
      const model = fieldModel(kind.config);
      expect(model.type).toBe('object');
      if (model.type !== 'object') return;
      expect(model.members.length).toBeGreaterThan(0);
      for (const { name, field } of model.members) {
        expect(field.meta.title, name).toBeTruthy();
        expect(field.meta.description, name).toBeTruthy();
        expect(field.meta.source, name).toBeTruthy();
        expect(field.type, name).not.toBe('json');
      }
    },
  );

  it('reads bounds, whole numbers, null and defaults', () => {
    const capacity = member(fieldModel(kinds.Service!.config), 'queueCapacity');
    expect(capacity).toMatchObject({
      type: 'number',
      integer: true,
      nullable: true,
      minimum: { value: 0, inclusive: true },
      defaultValue: null,
    });
  });

  it('reads a union by its naming member, lognormal in its two ways', () => {
    const time = member(fieldModel(kinds.Service!.config), 'serviceTime');
    if (time.type !== 'choice') throw new Error(time.type);
    const keys = time.options.map((option) => option.key);
    expect(keys).toContain('exponential');
    expect(keys).toContain('lognormal:meanMs,cv');
    expect(keys).toContain('lognormal:p50Ms,p99Ms');
    expect(choiceOf(time, { distribution: 'lognormal', p50Ms: 1, p99Ms: 2 })?.key).toBe(
      'lognormal:p50Ms,p99Ms',
    );
    expect(choiceOf(time, { distribution: 'uniform', minMs: 1, maxMs: 2 })?.key).toBe('uniform');
  });

  it('keeps what two forms have in common when the form changes', () => {
    const time = member(fieldModel(kinds.Service!.config), 'serviceTime');
    if (time.type !== 'choice') throw new Error(time.type);
    const erlang = time.options.find((option) => option.value === 'erlang')!;
    expect(initialChoice(time, erlang, { distribution: 'exponential', meanMs: 7 })).toMatchObject({
      distribution: 'erlang',
      meanMs: 7,
    });
  });

  it('starts every distribution and arrival process from a value that the schema takes', () => {
    const time = member(fieldModel(kinds.Service!.config), 'serviceTime');
    if (time.type !== 'choice') throw new Error(time.type);
    for (const option of time.options.filter(({ value }) => value !== 'empirical')) {
      const value = initialChoice(time, option);
      const config = kinds.Service!.config.safeParse({ serviceTime: value });
      const needsTwo = ['lognormal:p50Ms,p99Ms'].includes(option.key);
      // Two equal percentiles are no distribution: the form shows what to change.
      expect(config.success, option.key).toBe(!needsTwo);
    }
  });

  it('reads the schemas of wires, runs, populations and events', () => {
    expect(initialValue(fieldModel(edgeConfig))).toMatchObject({ latency: null, weight: 1 });
    expect(initialValue(fieldModel(run))).toMatchObject({ durationSeconds: 60, seed: 42 });
    expect(population.safeParse(initialValue(fieldModel(population))).success).toBe(true);
    const events = fieldModel(timelineEntry);
    if (events.type !== 'choice') throw new Error(events.type);
    expect(events.options.map((option) => option.value)).toEqual([
      'whale-post',
      'kafka-outage',
      'redis-node-loss',
      'workers-crash',
      'viral-post',
      'traffic-spike',
      'slow-node',
      'network-partition',
      'zone-loss',
      'cdn-purge',
      'deploy',
      'disk-full',
      'set',
    ]);
  });
});
