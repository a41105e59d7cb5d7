import { formatChange, formatMs, noValue } from '../ui/index.ts';

/** Less is within what load does by itself. */
const worseFactor = 1.05;

/** How a latency changed, in words, and whether to mark it as worse. */
export interface Change {
  readonly text: string;
  readonly worse: boolean;
}

/**
 * A latency against the one of the run before. From nothing, or next to it, there is no factor, and nothing to
 * mark: the words say from what it came.
 */
export function latencyChange(beforeMs: number | null, nowMs: number | null): Change {
  if (beforeMs === null || nowMs === null) return { text: noValue, worse: false };
  if (beforeMs === nowMs) return { text: formatChange(1, 1), worse: false };
  const text = formatChange(beforeMs, nowMs);
  if (text === noValue) return { text: `from ${beforeMs === 0 ? '0' : formatMs(beforeMs)}`, worse: false };
  return { text, worse: nowMs > beforeMs * worseFactor };
}
