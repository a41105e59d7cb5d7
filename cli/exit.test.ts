import { afterEach, describe, expect, it, vi } from 'vitest';
import { endBeforeLong } from './exit.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('a command whose work is done', () => {
  it('ends half a minute later though something is still open, says what, and keeps its exit code', () => {
    vi.useFakeTimers();
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
    vi.spyOn(process, 'getActiveResourcesInfo').mockReturnValue(['TCPSocketWrap']);
    endBeforeLong();
    vi.advanceTimersByTime(29_000);
    expect(exit).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    expect(exit).toHaveBeenCalledExactlyOnceWith();
    expect(said.mock.calls.flat().join()).toContain('TCPSocketWrap');
  });

  it('ends at once where nothing is open', () => {
    const started = vi.spyOn(globalThis, 'setTimeout');
    endBeforeLong();
    const timer = started.mock.results[0]!.value;
    // It would end the process that runs the tests.
    clearTimeout(timer);
    expect(timer.hasRef()).toBe(false);
  });
});
