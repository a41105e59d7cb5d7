import { expect, it } from 'vitest';
import { cpuSeconds } from './cpu-time.ts';

it.runIf(process.platform === 'linux')('is what the process itself says, to a tick or two', () => {
  const { user, system } = process.cpuUsage();
  expect(Math.abs(cpuSeconds(process.pid) - (user + system) / 1e6)).toBeLessThan(0.25);
});
