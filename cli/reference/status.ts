import type { StackStatus } from '../../reference/stack/index.ts';
import { figure, table } from '../report/index.ts';

/** A table of processes; credentials are never part of it. */
export function describeStatus(status: StackStatus): string {
  const headline = `${titles[status.state]} (${status.runDirectory})`;
  if (status.processes.length === 0) return headline;
  const memoryMiB = status.processes.reduce((sum, { residentMiB }) => sum + (residentMiB ?? 0), 0);
  return [
    headline,
    ...table(
      [
        { title: 'process', align: 'left', text: ({ id }) => id },
        { title: 'state', align: 'left', text: ({ running }) => (running ? 'running' : 'ended') },
        { title: 'pid', text: ({ pid }) => String(pid) },
        { title: 'MiB', text: ({ residentMiB }) => figure(residentMiB) },
        { title: 'address', align: 'left', text: ({ addresses }) => addresses[0] ?? '' },
      ],
      status.processes,
    ),
    `Resident memory, pages that are shared counted for each: ${figure(memoryMiB)} MiB`,
  ].join('\n');
}

const titles: Readonly<Record<StackStatus['state'], string>> = {
  down: 'The stack is down',
  starting: 'The stack is being started',
  up: 'The stack is up',
  'left-over': 'Processes of a stack that was never up are left over; `npm run reference -- down` ends them',
};
