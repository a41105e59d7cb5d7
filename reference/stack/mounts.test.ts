import { expect, it } from 'vitest';
import { ownMountsBelow } from './mounts.ts';

const mounts = `proc /proc proc rw 0 0
fanout-lab /run/lab/parts/cassandra-1 tmpfs rw,size=300000k 0 0
fanout-lab /run/lab/parts/cassandra-1/data tmpfs rw 0 0
fanout-lab /run/a\\040lab/parts/kafka-1 tmpfs rw 0 0
tmpfs /run/lab/parts/cassandra-2 tmpfs rw 0 0
fanout-lab /run/labour/parts/cassandra-3 tmpfs rw 0 0
`;

it('finds our own mounts below a folder, innermost first', () => {
  expect(ownMountsBelow('/run/lab', mounts)).toEqual([
    '/run/lab/parts/cassandra-1/data',
    '/run/lab/parts/cassandra-1',
  ]);
  expect(ownMountsBelow('/run/a lab', mounts)).toEqual(['/run/a lab/parts/kafka-1']);
  expect(ownMountsBelow('/srv', mounts)).toEqual([]);
  expect(ownMountsBelow('/srv', '')).toEqual([]);
});
