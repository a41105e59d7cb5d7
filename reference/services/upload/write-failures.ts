import { outcomeOf, RequestFailure } from '../platform/index.ts';

/** For what comes before the first write: when it fails, nothing was done. */
export async function orUnavailable<Result>(reading: Promise<Result>): Promise<Result> {
  try {
    return await reading;
  } catch (error) {
    throw new RequestFailure(
      'unavailable',
      'A store does not answer; nothing was done.',
      {},
      { cause: error },
    );
  }
}

/** For a write: told apart is whether it certainly did not happen. */
export async function orUnknown<Result>(writing: Promise<Result>): Promise<Result> {
  try {
    return await writing;
  } catch (error) {
    throw outcomeOf(error) === 'not-applied'
      ? new RequestFailure(
          'unavailable',
          'The post database does not answer; nothing was done.',
          {},
          { cause: error },
        )
      : new RequestFailure('outcome-unknown', 'It may or may not have been done.', {}, { cause: error });
  }
}
