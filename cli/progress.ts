/** A line on standard error that is rewritten while long work goes on; silent when that is no terminal. */
export interface ProgressLine {
  update(simulatedSeconds: number): void;
  end(): void;
}

const redrawIntervalMs = 200;

export function progressLine(label: string, totalSeconds: number): ProgressLine {
  const stream = process.stderr;
  if (!stream.isTTY) return { update: () => undefined, end: () => undefined };
  const startedAtMs = performance.now();
  let drawnAtMs = startedAtMs;
  return {
    update(simulatedSeconds) {
      const nowMs = performance.now();
      if (nowMs - drawnAtMs < redrawIntervalMs) return;
      drawnAtMs = nowMs;
      const wallSeconds = (nowMs - startedAtMs) / 1000;
      const speed = simulatedSeconds / wallSeconds;
      const leftSeconds = speed > 0 ? (totalSeconds - simulatedSeconds) / speed : Infinity;
      const left = Number.isFinite(leftSeconds) ? `, ${String(Math.ceil(leftSeconds))} s left` : '';
      const percent = Math.floor((100 * simulatedSeconds) / totalSeconds);
      stream.write(
        `\r\u001b[K${label}: ${String(percent)} % (${simulatedSeconds.toFixed(1)} of ${String(totalSeconds)} s simulated, ${speed.toFixed(2)} a second${left})`,
      );
    },
    end() {
      stream.write('\r\u001b[K');
    },
  };
}
