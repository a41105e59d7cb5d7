import type { Log } from './log.ts';

export interface Loop {
  /** Ends when the round in hand has ended. */
  stop(): Promise<void>;
}

/** Does `work` again and again, `pauseMs` after it ended; an error is logged and ends one round only. */
export function repeatedly(work: () => Promise<void>, pauseMs: number, log: Log): Loop {
  let stopped = false;
  let wake = () => {};
  const running = (async () => {
    while (!stopped) {
      try {
        await work();
      } catch (error) {
        log.warn({ err: error }, 'A round failed and comes again');
      }
      if (stopped) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pauseMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  })();
  return {
    async stop() {
      stopped = true;
      wake();
      await running;
    },
  };
}
