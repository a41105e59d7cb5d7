import { checkScenario, findBuiltin, type Scenario } from '../../scenarios/index.ts';
import { compile } from '../compile/compile.ts';
import { Run } from '../engine/run.ts';
import { summarize } from '../statistics/index.ts';
import type { Result } from '../result.ts';

export interface Parts {
  /** By `set` path, over the published design with hardly any load. */
  readonly set?: Readonly<Record<string, unknown>>;
  readonly remove?: readonly string[];
  readonly nodes?: readonly { readonly id: string; readonly kind: string; readonly config?: object }[];
  readonly edges?: readonly { readonly source: string; readonly target: string }[];
  readonly population?: object;
  readonly timeline?: readonly object[];
  readonly durationSeconds?: number;
}

const constantRate = (ratePerSecond: number) => ({ process: 'constant', ratePerSecond });

/**
 * The published design at rates so low that nothing queues, unless a test raises them: then every
 * time that is longer than the unloaded one has a cause that the test made.
 */
export function instagram(parts: Parts = {}): Scenario {
  const removed = new Set(parts.remove ?? []);
  const set = {
    'read-client.feedRead': constantRate(100),
    'read-client.postDetail': constantRate(50),
    'upload-client.photoUpload': constantRate(5),
    'upload-client.like': constantRate(50),
    'upload-client.comment': constantRate(20),
    ...parts.set,
  };
  return checkScenario(
    {
      format: 'fanout-lab/scenario',
      version: 1,
      id: 'test',
      title: 'Test',
      description: 'Test',
      design: {
        extends: 'instagram-v2',
        remove: parts.remove ?? [],
        add: { nodes: parts.nodes ?? [], edges: parts.edges ?? [] },
        set: Object.fromEntries(Object.entries(set).filter(([path]) => !removed.has(path.split('.')[0]!))),
      },
      ...(parts.population === undefined ? {} : { population: parts.population }),
      timeline: parts.timeline ?? [],
      run: { durationSeconds: parts.durationSeconds ?? 20, warmupSeconds: 0, seed: 1 },
    },
    { find: findBuiltin },
  ).scenario;
}

/** All figures but where the time went, which takes most of the time of a run at a low rate. */
export function runOf(parts: Parts = {}): Result {
  const scenario = instagram(parts);
  const run = new Run(compile(scenario), scenario.run.seed, undefined, 'timed');
  run.advance();
  return summarize(scenario, [run.record()]);
}
