import type { ConfigOf, Edge } from '../../scenarios/index.ts';
import { streamHash } from '../../scenarios/sampling/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import { FAILURE, type Failure } from '../engine/program.ts';
import type { NativeContext } from '../engine/native.ts';
import type { Behaviour, Neighbour, NodeContext } from './component.ts';
import { InstanceBalancer } from './instance-balancer.ts';
import { instancePool, poolChanges, poolSize, type PoolSize } from './instance-pool.ts';
import { oneOf, readOperations, targetsThatOffer, writeOperations } from './request-routing.ts';

/** Register that says how a call ended: 0, or the failure's code. */
const OUTCOME = 0;
/** Register that holds the instance chosen. */
const INSTANCE = 2;
/** No instance. */
const NONE = -1;
/** More than a request is sent to instances between two retries, so that their draws have numbers of their own. */
const MOST_DISPATCHES = 4;
/** Registers of a health check. */
const CHECKED_INSTANCE = 1;
const CHECKED_TARGET = 2;

type LoadBalancerConfig = ConfigOf<'ReadLB'>;

/** Both load balancers: a proxy that chooses a service by edge weight and its instance by policy. */
export function buildLoadBalancer(node: NodeContext<LoadBalancerConfig>): Behaviour {
  const { overhead } = node.config;
  const { finished } = node;
  const ways = new Map(node.targets.map((target) => [target.edge.target, instanceChoice(node, target)]));
  if (node.config.healthCheck !== null) checkHealth(node);
  const answer = (operation: string) => (p: ProcedureBuilder) => {
    p.delay(overhead, 'service', 'overhead').ensure(
      (q) =>
        oneOf(q, targetsThatOffer(node, operation), (way, { edge }) =>
          ways.get(edge.target)!(way, operation),
        ),
      (ended) => ended.count(finished),
    );
  };
  const operations = [
    ...(node.targetsOf('FeedService').length > 0 ? readOperations : []),
    ...(node.targetsOf('UploadService').length > 0 ? writeOperations : []),
  ];
  return { operations: Object.fromEntries(operations.map((operation) => [operation, answer(operation)])) };
}

/** Writes the call of one service: the choice of its instance, and what follows from how it ends. */
type InstanceChoice = (p: ProcedureBuilder, operation: string) => void;

function instanceChoice(node: NodeContext<LoadBalancerConfig>, target: Neighbour): InstanceChoice {
  const { policy, healthCheck, ejection, redispatches } = node.config;
  const fixed = !poolChanges(target.node, node.faults);
  return healthCheck === null && ejection === null && redispatches === 0 && fixed
    ? fixedInstances(node, target, sizeOf(target).instances, policy)
    : watchedInstances(node, target);
}

/** All instances take requests, always. */
function fixedInstances(
  node: NodeContext<LoadBalancerConfig>,
  { edge, node: { id } }: Neighbour,
  instances: number,
  policy: LoadBalancerConfig['policy'],
): InstanceChoice {
  const balancer = node.balancer(id, { policy, instances });
  const at = { by: 'register', register: INSTANCE } as const;
  return (way, operation) => {
    if (policy === 'random') way.call(edge, operation, { pass: 1 });
    else if (policy === 'round-robin')
      way.call(edge, operation, {
        at,
        pass: 1,
        each: { before: (p) => p.pickInTurn(balancer, INSTANCE) },
      });
    else
      way.call(edge, operation, {
        at,
        pass: 1,
        each: {
          before: (p) => p.pick(balancer, INSTANCE),
          after: (p) => p.unpick(balancer, INSTANCE),
        },
      });
  };
}

const sizeOf = ({ node: { config } }: Neighbour): PoolSize => poolSize(config as ConfigOf<'FeedService'>);

/** What the balancer knows of the instances of one target in a run. */
function watch(node: NodeContext, target: Neighbour): (run: NativeContext) => InstanceBalancer {
  return (run) =>
    run.state(
      `${node.id}/${target.node.id}/instances`,
      () => new InstanceBalancer(instancePool(run, target.node.id, sizeOf(target))),
    );
}

/** Requests go to the instances that serve, pass their checks and are not ejected. */
function watchedInstances(node: NodeContext<LoadBalancerConfig>, target: Neighbour): InstanceChoice {
  const { config } = node;
  const { edge } = target;
  const watched = watch(node, target);
  const stream = streamHash(`${node.id}.pick`);
  const pick = (redispatch: number) =>
    node.native('pick', (run) => {
      const balancer = watched(run);
      return (frame) => {
        const retry = run.attempt(frame);
        const again = redispatch > 0 || retry > 0;
        const draw = run.draw(frame, stream, redispatch + MOST_DISPATCHES * retry);
        const previous = again ? run.register(frame, INSTANCE) : NONE;
        const instance = balancer.pick(config, run.time(frame), draw, previous);
        return instance < 0 ? -FAILURE.unavailable : instance;
      };
    });
  const release = node.native('release', (run) => {
    const balancer = watched(run);
    return (frame) => {
      const failure = run.failure(frame);
      const counts = failure !== 0 && failure !== FAILURE.rateLimited && failure !== FAILURE.notFound;
      balancer.release(config, run.time(frame), run.register(frame, INSTANCE), counts);
      return failure;
    };
  });
  const picks = Array.from({ length: 1 + config.redispatches }, (_, redispatch) => pick(redispatch));

  const send = (p: ProcedureBuilder, operation: string, redispatch: number): void => {
    const once = (q: ProcedureBuilder): void => {
      q.call(edge, operation, {
        at: { by: 'register', register: INSTANCE },
        pass: 1,
        each: {
          before: (r) => r.native(picks[redispatch]!, { into: INSTANCE }),
          after: (r) => r.native(release, { into: OUTCOME }),
        },
      });
    };
    if (redispatch === config.redispatches) return once(p);
    // Where no instance is left to choose, there is none for another attempt either.
    p.set(OUTCOME, 0).attempt(once, (failed) =>
      failed.switch(
        OUTCOME,
        failureByCode.map((failure) => (q: ProcedureBuilder) => {
          if (failure === 'unavailable') send(q, operation, redispatch + 1);
          else q.fail(failure ?? 'unavailable');
        }),
      ),
    );
  };
  return (p, operation) => send(p, operation, 0);
}

/** Failures by their code; 0 is none. */
const failureByCode: readonly (Failure | null)[] = Object.entries(FAILURE).reduce<(Failure | null)[]>(
  (codes, [failure, code]) => {
    codes[code] = failure as Failure;
    return codes;
  },
  [null],
);

/** Sends every instance of every target a request of its own, once an interval, in turn. */
function checkHealth(node: NodeContext<LoadBalancerConfig>): void {
  const { healthCheck } = node.config;
  if (healthCheck === null) return;
  const { config } = node;
  const targets = node.targets;
  const sizes = targets.map(sizeOf);
  const total = sizes.reduce((sum, size) => sum + size.serving, 0);
  const flow = `${node.id}-checks`;
  const root = `${node.id}/check`;

  const next = node.native('next-check', (run) => {
    const pools = targets.map((target, i) => instancePool(run, target.node.id, sizes[i]!));
    const turn = run.state(`${node.id}/checks`, () => ({ target: 0, instance: -1 }));
    return (frame) => {
      // Whoever serves next, in a circle; one always does, or the last one checked is checked again.
      for (let tries = pools.reduce((sum, { instances }) => sum + instances, 0); tries > 0; tries--) {
        turn.instance++;
        if (turn.instance === pools[turn.target]!.instances) {
          turn.instance = 0;
          turn.target = (turn.target + 1) % pools.length;
        }
        if (pools[turn.target]!.serves(turn.instance)) break;
      }
      run.setRegister(frame, CHECKED_INSTANCE, turn.instance);
      return turn.target;
    };
  });
  const record = (target: Neighbour) => {
    const watched = watch(node, target);
    return node.native('checked', (run) => {
      const balancer = watched(run);
      return (frame) => {
        balancer.checked(config, run.register(frame, CHECKED_INSTANCE), run.failure(frame) === 0);
        return 0;
      };
    });
  };
  node.root(root, {
    flow,
    steps: (p) =>
      p.native(next, { into: CHECKED_TARGET }).switch(
        CHECKED_TARGET,
        targets.map((target) => {
          const checked = record(target);
          const edge: Edge = {
            ...target.edge,
            config: {
              ...target.edge.config,
              timeoutMs: healthCheck.timeoutMs,
              retries: null,
              circuitBreaker: null,
            },
          };
          return (q: ProcedureBuilder) =>
            q.ensure(
              (r) => r.call(edge, 'health', { at: { by: 'register', register: CHECKED_INSTANCE } }),
              (r) => r.native(checked),
            );
        }),
      ),
  });
  node.source({
    flow,
    root,
    arrivals: { process: 'constant', ratePerSecond: (total / healthCheck.intervalMs) * 1000 },
  });
}

/** Waiting places of a service's instance: the tightest limit of the balancers in front of it; null: none. */
export function queueLimitOf(node: NodeContext): number | null {
  const limits = node.sources
    .filter(({ node: { kind } }) => kind === 'ReadLB' || kind === 'UploadLB')
    .map(({ node: { config } }) => (config as LoadBalancerConfig).queueLimit)
    .filter((limit) => limit !== null);
  return limits.length === 0 ? null : Math.min(...limits);
}
