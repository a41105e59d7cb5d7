import type { FailureCode } from '../../simulator/index.ts';
import type { History, Operation } from '../load/index.ts';

/** Flows that a client of real parts sees; background work has no client. */
export const measuredFlows = [
  'feed-read',
  'post-detail',
  'image-view',
  'photo-upload',
  'media-transfer',
  'like',
  'comment',
] as const;
export type MeasuredFlow = (typeof measuredFlows)[number];

/** One request as the result file counts it. */
export interface Sample {
  readonly flow: MeasuredFlow;
  /** Intended start and end, ms since the start; an end of Infinity: it never ended. */
  readonly arrivedMs: number;
  readonly endedMs: number;
  /** From the intended start; of an upload without the transfer of the photo, which is a flow of its own. */
  readonly latencyMs: number;
  readonly outcome: 'completed' | 'rateLimited' | FailureCode;
}

/** The operations of a history as requests: an upload is its presigned form and its post together. */
export function samplesOf({ operations }: History): readonly Sample[] {
  const transfers = new Map<string, Operation>();
  const creations = new Map<string, Operation>();
  for (const operation of operations) {
    if (operation.kind === 'media-transfer') transfers.set(operation.mediaId, operation);
    else if (operation.kind === 'create-post') creations.set(operation.mediaId, operation);
  }
  return operations.flatMap((operation): Sample[] => {
    switch (operation.kind) {
      case 'create-post':
        return [];
      case 'presign': {
        const steps = [
          operation,
          ...(operation.mediaId === null
            ? []
            : [transfers.get(operation.mediaId), creations.get(operation.mediaId)]),
        ].filter((step) => step !== undefined);
        return [uploadOf(operation, steps)];
      }
      default:
        return [sampleOf(operation.kind, operation)];
    }
  });
}

const durationMs = ({ intendedMs, endedMs }: Operation): number => endedMs - intendedMs;

const sampleOf = (flow: MeasuredFlow, operation: Operation): Sample => ({
  flow,
  arrivedMs: operation.intendedMs,
  endedMs: operation.endedMs,
  latencyMs: durationMs(operation),
  outcome: outcomeOf(operation),
});

/** @param steps Those that were taken, in order: one that fails is the last. */
function uploadOf(presign: Operation, steps: readonly Operation[]): Sample {
  const last = steps.at(-1)!;
  const whole = last.kind === 'create-post' || last.outcome !== 'ok';
  return {
    flow: 'photo-upload',
    arrivedMs: presign.intendedMs,
    // A step is missing when the generator ended before it.
    endedMs: whole ? last.endedMs : Infinity,
    latencyMs: steps
      .filter(({ kind }) => kind !== 'media-transfer')
      .reduce((sum, step) => sum + durationMs(step), 0),
    outcome: outcomeOf(last),
  };
}

/** In the words of the result file. */
function outcomeOf({ outcome, status, error }: Operation): Sample['outcome'] {
  if (outcome === 'ok') return 'completed';
  if (status === 429) return 'rateLimited';
  if (status === 404) return 'notFound';
  if (error === 'timeout' || status === 504) return 'timeout';
  // No connection, a broken one, or an answer that says that what is behind is away.
  if (status === null || status >= 500) return 'unavailable';
  return 'rejected';
}
