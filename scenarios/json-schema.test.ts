import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import {
  builtins,
  describeErrors,
  describeFormat,
  errorCodes,
  findBuiltin,
  formatSections,
  jsonSchema,
  kinds,
} from './index.ts';

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
for (const keyword of ['unit', 'source']) ajv.addKeyword(keyword);
const validate = ajv.compile(jsonSchema());

const file = (members: object) => ({
  format: 'fanout-lab/scenario',
  version: 1,
  id: 'mine',
  design: { extends: 'mm1' },
  ...members,
});
const node = (kind: string, config: object) => file({ design: { nodes: [{ id: 'a', kind, config }] } });

describe('the published JSON Schema', () => {
  it.each(builtins.map(({ id }) => id))('accepts the built-in %s', (id) => {
    validate(findBuiltin(id));
    expect(validate.errors ?? []).toEqual([]);
  });

  it.each(Object.values(kinds).map((kind) => [kind.kind, kind] as const))(
    'accepts %s with everything written out',
    (name, kind) => {
      validate(node(name, kind.config.parse({}) as object));
      expect(validate.errors ?? []).toEqual([]);
    },
  );

  const time = (serviceTime: object) => node('Service', { serviceTime });
  it.each<[string, object]>([
    ['another format', file({ format: 'x' })],
    ['an unknown member', file({ extra: 1 })],
    ['an id in capitals', file({ id: 'Mine' })],
    ['an unknown kind', node('Sevice', {})],
    ['a field of another kind', node('Service', { hitRatio: 0.5 })],
    ['zero servers', node('Service', { servers: 0 })],
    ['half a lognormal', time({ distribution: 'lognormal', meanMs: 1 })],
    ['both forms of a lognormal', time({ distribution: 'lognormal', meanMs: 1, cv: 1, p50Ms: 1, p99Ms: 2 })],
    ['a pareto of infinite mean', time({ distribution: 'pareto', meanMs: 1, shape: 1 })],
    ['a negative arrival time', node('Client', { arrivals: { process: 'trace', timesMs: [-1] } })],
    [
      'both forms of a client',
      node('Client', {
        flow: 'a',
        flows: [{ flow: 'b', arrivals: { process: 'poisson', ratePerSecond: 1 } }],
      }),
    ],
    ['an event of an unknown kind', file({ timeline: [{ id: 'a', kind: 'meteor', atSeconds: 1 }] })],
    ['an expectation without a bound', file({ expectations: [{ id: 'a', metric: 'flows.a.errorRatio' }] })],
    [
      'an expectation with two bounds',
      file({ expectations: [{ id: 'a', metric: 'flows.a.errorRatio', atMost: 1, atLeast: 0 }] }),
    ],
    ['an unknown member of a form', file({ short: { seed: 1 } })],
  ])('refuses %s', (_, document) => {
    expect(validate(document)).toBe(false);
  });
});

describe('the generated documentation', () => {
  it('has every kind, and says of every field of every kind what it is and where its default comes from', () => {
    const sections = formatSections();
    for (const kind of Object.values(kinds)) {
      const section = sections.find(({ title }) => title === kind.kind);
      expect(section?.members.length).toBeGreaterThan(0);
      const own = section!.members.filter(({ path }) => !path.includes('.'));
      for (const { path, description, source, type } of own) {
        expect([path, description.length > 0, (source ?? '').length > 0, type]).toEqual([
          path,
          true,
          true,
          type,
        ]);
      }
      for (const { path, unit } of own) {
        if (/Ms$|Seconds$/.test(path)) expect([path, unit]).toEqual([path, path.endsWith('Ms') ? 'ms' : 's']);
      }
    }
  });

  it('has an anchor for every link within the page', () => {
    const page = describeFormat();
    const anchors = new Set(
      [...page.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
        title!.toLowerCase().replaceAll(',', '').replaceAll(' ', '-'),
      ),
    );
    const links = [...page.matchAll(/\]\(#([^)]*)\)/g)].map(([, link]) => link!);
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter((link) => !anchors.has(link))).toEqual([]);
  });

  it('has every code', () => {
    for (const [code, meaning] of Object.entries(errorCodes))
      expect(describeErrors()).toContain(`| \`${code}\` | ${meaning} |`);
  });
});
