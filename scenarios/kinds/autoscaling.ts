import { z } from '../zod.ts';
import { positiveSeconds, seconds } from '../format/quantities.ts';
import { field } from './field.ts';

/** What a service scales on, and the figures that differ between services. */
export interface AutoscalingDefaults {
  readonly metric: 'cpu' | 'queue';
  readonly above: number;
  readonly below: number;
  readonly forSeconds: number;
  readonly source: string;
}

/** How the number of instances follows the load; null: it does not. */
export const autoscaling = ({ metric, above, below, forSeconds, source }: AutoscalingDefaults) =>
  field(
    z
      .strictObject({
        metric: field(z.enum(['cpu', 'queue']).default(metric), {
          title: 'Metric',
          description:
            'The share of the cores that is busy, over each period; or the requests that wait for a thread, an instance, at its end.',
          source,
        }),
        above: field(z.number().gt(0).max(1e9).default(above), {
          title: 'Scale out above',
          description: 'Instances are added when the metric was above this for `forSeconds`.',
          source,
        }),
        forSeconds: field(positiveSeconds.default(forSeconds), {
          title: 'For',
          description: 'How long; in whole periods.',
          unit: 's',
          source,
        }),
        periodSeconds: field(z.number().min(0.1).max(3600).default(60), {
          title: 'Period',
          description: 'Time between two looks at the metric, since the start of the run.',
          unit: 's',
          source: 'CloudWatch and most monitoring look once a minute',
        }),
        stepRatio: field(z.number().gt(0).max(100).default(0.2), {
          title: 'Step',
          description: 'Instances added or removed at a time, as a share of those that serve; at least one.',
          unit: 'ratio',
          source: 'assumed: the seed says when to scale, not by how much',
        }),
        startSeconds: field(seconds.default(120), {
          title: 'Start',
          description: 'Time until an added instance serves. Until then nothing more is added.',
          unit: 's',
          source: 'seed: auto-scaling replaces crashed workers within 2 minutes',
        }),
        maximumRatio: field(z.number().min(1).max(100).default(2), {
          title: 'Most instances',
          description: 'As a multiple of `instances`.',
          unit: 'ratio',
          source: 'assumed: twice what the design needs in calm',
        }),
        below: field(z.number().min(0).max(1e9).default(below), {
          title: 'Scale in below',
          description: 'Added instances are removed again when the metric was below this for `inSeconds`.',
          source: 'assumed: low enough that removing a step does not bring the load back above the limit',
        }),
        inSeconds: field(positiveSeconds.default(900), {
          title: 'Scale in after',
          description: 'How long; in whole periods.',
          unit: 's',
          source: 'AWS target tracking: 15 minutes below',
        }),
      })
      .nullable()
      .default(null),
    {
      title: 'Autoscaling',
      description: 'Adds and removes instances. Needs a load balancer in front. Null: the number stays.',
      source: 'seed: described, and off in the published design',
    },
  );
