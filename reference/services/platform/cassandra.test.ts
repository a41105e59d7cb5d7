import { errors, types } from 'cassandra-driver';
import { expect, it } from 'vitest';
import { outcomeOf } from './cassandra.ts';

const { responseErrorCodes: codes } = types;
const response = (code: number) => new errors.ResponseError(code, 'refused');
const socket = (members: object) =>
  Object.assign(new errors.DriverInternalError('Socket was closed'), members);
const nobody = (refusals: Record<string, unknown>) => new errors.NoHostAvailableError(refusals);

it.each([
  ['too few replicas alive', response(codes.unavailableException), 'not-applied'],
  ['overloaded', response(codes.overloaded), 'not-applied'],
  ['the statement is wrong', response(codes.invalid), 'not-applied'],
  ['too few replicas answered', response(codes.writeTimeout), 'unknown'],
  ['a replica failed', response(codes.writeFailure), 'unknown'],
  ['nobody answered in time', new errors.OperationTimedOutError('late'), 'unknown'],
  ['the connection broke', socket({ isSocketError: true }), 'unknown'],
  ['it broke before', socket({ isSocketError: true, requestNotWritten: true }), 'not-applied'],
  [
    'all down',
    nobody({ a: 'Host considered as DOWN', b: new Error('No connection available') }),
    'not-applied',
  ],
  ['one refused, one down', nobody({ a: response(codes.unavailableException), b: 'down' }), 'not-applied'],
  [
    'one refused, one late',
    nobody({ a: response(codes.unavailableException), b: response(codes.writeTimeout) }),
    'unknown',
  ],
  ['one asked and not heard of', nobody({ a: null }), 'unknown'],
  ['anything else', new TypeError('ours'), 'unknown'],
] as const)('says what became of a write: %s', (_what, error, outcome) => {
  expect(outcomeOf(error)).toBe(outcome);
});
