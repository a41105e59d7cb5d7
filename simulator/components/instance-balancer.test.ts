import { describe, expect, it } from 'vitest';
import { findKind, type ConfigOf } from '../../scenarios/index.ts';
import { InstanceBalancer } from './instance-balancer.ts';
import { InstancePool } from './instance-pool.ts';

const NS_PER_SECOND = 1e9;
const settings = (set: object): ConfigOf<'ReadLB'> =>
  findKind('ReadLB')!.config.parse(set) as ConfigOf<'ReadLB'>;

/** The next `n` instances, each request ended before the next. */
function picks(balancer: InstanceBalancer, by: ConfigOf<'ReadLB'>, n: number, atSeconds = 0): number[] {
  return Array.from({ length: n }, (_, k) => {
    const instance = balancer.pick(by, atSeconds * NS_PER_SECOND, (k * 0x9e3779b1) >>> 0, -1);
    if (instance >= 0) balancer.release(by, atSeconds * NS_PER_SECOND, instance, false);
    return instance;
  });
}

describe('health checks', () => {
  const by = settings({ healthCheck: { fall: 3, rise: 2 } });

  it('take an instance out after `fall` failures in a row, and back after `rise` passes', () => {
    const balancer = new InstanceBalancer(new InstancePool(3, 3));
    balancer.checked(by, 1, false);
    balancer.checked(by, 1, false);
    balancer.checked(by, 1, true);
    balancer.checked(by, 1, false);
    balancer.checked(by, 1, false);
    expect(picks(balancer, by, 3)).toEqual([0, 1, 2]);
    balancer.checked(by, 1, false);
    expect(picks(balancer, by, 4)).toEqual([0, 2, 0, 2]);
    balancer.checked(by, 1, true);
    expect(picks(balancer, by, 2)).toEqual([0, 2]);
    balancer.checked(by, 1, true);
    expect(picks(balancer, by, 3)).toEqual([0, 1, 2]);
  });
  it('leave nobody to choose when all are out', () => {
    const balancer = new InstanceBalancer(new InstancePool(2, 2));
    for (let k = 0; k < 3; k++) for (const i of [0, 1]) balancer.checked(by, i, false);
    expect(picks(balancer, by, 2)).toEqual([-1, -1]);
  });
});

describe('ejection', () => {
  const by = settings({ ejection: { consecutiveErrors: 5, baseSeconds: 30, maximumRatio: 0.5 } });
  const fail = (balancer: InstanceBalancer, instance: number, times: number, atSeconds: number): void => {
    for (let k = 0; k < times; k++) balancer.release(by, atSeconds * NS_PER_SECOND, instance, true);
  };

  it('follows errors in a row, lasts longer each time, and ends by itself', () => {
    const balancer = new InstanceBalancer(new InstancePool(4, 4));
    fail(balancer, 2, 4, 0);
    balancer.release(by, 0, 2, false);
    fail(balancer, 2, 4, 0);
    expect(picks(balancer, by, 4)).toEqual([0, 1, 2, 3]);
    fail(balancer, 2, 5, 10);
    expect(picks(balancer, by, 3, 39)).toEqual([0, 1, 3]);
    expect(picks(balancer, by, 4, 40)).toEqual([0, 1, 2, 3]);
    fail(balancer, 2, 5, 50);
    expect(picks(balancer, by, 3, 109)).toEqual([0, 1, 3]);
    expect(picks(balancer, by, 4, 110)).toEqual([0, 1, 2, 3]);
  });
  it('spares the rest when its share is out', () => {
    const balancer = new InstanceBalancer(new InstancePool(4, 4));
    for (const i of [0, 1, 2, 3]) fail(balancer, i, 5, 0);
    expect(picks(balancer, by, 4)).toEqual([2, 3, 2, 3]);
  });
});

it('instances that do not serve are not chosen, under any policy', () => {
  for (const policy of ['round-robin', 'least-connections', 'power-of-two', 'random']) {
    const pool = new InstancePool(5, 3);
    const balancer = new InstanceBalancer(pool);
    const chosen = new Set(picks(balancer, settings({ policy }), 200));
    expect([...chosen].sort()).toEqual([0, 1, 2]);
    pool.set(0, false);
    pool.set(4, true);
    expect([...new Set(picks(balancer, settings({ policy }), 200))].sort()).toEqual([1, 2, 4]);
  }
});

it('fewest connections counts what is outstanding', () => {
  const by = settings({ policy: 'least-connections' });
  const balancer = new InstanceBalancer(new InstancePool(3, 3));
  const pick = (): number => balancer.pick(by, 0, 0, -1);
  expect([pick(), pick(), pick(), pick()]).toEqual([0, 1, 2, 0]);
  balancer.release(by, 0, 2, false);
  expect([pick(), pick(), pick()]).toEqual([2, 1, 2]);
});
