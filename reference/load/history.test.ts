import { expect, it } from 'vitest';
import { v7 } from 'uuid';
import { historyLine, readHistory, type HistoryStart, type Operation } from './index.ts';

const post = v7();
const start: HistoryStart = {
  kind: 'start',
  startedAtMs: 1_700_000_000_000,
  scenario: 'whale-post',
  seed: 42,
  postsBefore: [{ postId: post, authorId: 'u1', createdAtMs: 1 }],
};
const like: Operation = {
  n: 0,
  kind: 'like',
  user: 'u2',
  intendedMs: 1,
  sentMs: 1.5,
  endedMs: 4,
  outcome: 'unknown',
  status: null,
  error: 'timeout',
  traceId: '0af7651916cd43dd8448eb211c80319c',
  postId: post,
};

it('reads what was written, without the line that a killed generator left half', () => {
  const text = historyLine(start) + historyLine(like);
  expect(readHistory(text)).toEqual({ start, operations: [like] });
  expect(readHistory(text + historyLine({ ...like, n: 1 }).slice(0, 40)).operations).toEqual([like]);
});

it('names the line that is not one', () => {
  expect(() => readHistory(historyLine(start) + '{"kind":"like","n":0}\n')).toThrow('History, line 2');
  expect(() => readHistory('')).toThrow('empty');
});
