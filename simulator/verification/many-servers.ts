import { log } from '../../scenarios/sampling/index.ts';
import {
  erlangB,
  erlangMixtureQuantile,
  finiteSourceFound,
  finiteSourceMeanResponse,
  mmcMeanSojourn,
  mmckLoss,
  mmckMeanSojourn,
  mmckSojournQuantile,
  mmcMeanWait,
  mmcSojournQuantile,
} from '../theory/index.ts';
import { exponential, latencyFigures, poissonClient, service, theoryCase, type TheoryCase } from './case.ts';

const toServers = [{ source: 'client', target: 'servers' }];
/** More than are ever wanted. */
const PLENTY = 1_000_000;

/** Systems with several servers, without any waiting, and with few users. */
export function manyServerCases(): TheoryCase[] {
  return [mmc(), mmck(), erlangLoss(), infinite(), finiteSource(), finiteSourceOfMany()];
}

function mmc(): TheoryCase {
  const system = { arrivalRate: 800, serviceRate: 100, servers: 10 };
  return theoryCase({
    id: 'mmc',
    title: 'M/M/c, c = 10',
    source: 'Erlang (1917); Gross et al. (2008), 2.3',
    nodes: [poissonClient(800), service('servers', exponential(10), { servers: 10 })],
    edges: toServers,
    seconds: 150,
    figures: [
      ...latencyFigures('work', {
        mean: mmcMeanSojourn(system),
        quantile: (p) => mmcSojournQuantile(p, system),
      }),
      { metric: 'components.servers.meanQueueLength', exact: 800 * mmcMeanWait(system) },
    ],
  });
}

function mmck(): TheoryCase {
  const system = { arrivalRate: 700, serviceRate: 250, servers: 2, places: 7 };
  return theoryCase({
    id: 'mmck',
    title: 'M/M/2/7: five places to wait',
    source: 'Gross et al. (2008), 2.5',
    nodes: [
      poissonClient(system.arrivalRate),
      service('servers', exponential(4), { servers: 2, queueCapacity: 5 }),
    ],
    edges: toServers,
    seconds: 150,
    figures: [
      { metric: 'flows.work.errorRatio', exact: mmckLoss(system) },
      ...latencyFigures('work', {
        mean: mmckMeanSojourn(system),
        quantile: (p) => mmckSojournQuantile(p, system),
      }),
    ],
  });
}

function erlangLoss(): TheoryCase {
  return theoryCase({
    id: 'erlang-b',
    title: 'M/M/10/10: nobody waits',
    source: 'Erlang (1917)',
    nodes: [poissonClient(800), service('servers', exponential(10), { servers: 10, queueCapacity: 0 })],
    edges: toServers,
    seconds: 150,
    figures: [
      { metric: 'flows.work.errorRatio', exact: erlangB(8, 10) },
      { metric: 'components.servers.utilization', exact: (8 * (1 - erlangB(8, 10))) / 10 },
      ...latencyFigures('work', { mean: 0.01, quantile: (p) => -0.01 * log(1 - p) }),
    ],
  });
}

function infinite(): TheoryCase {
  return theoryCase({
    id: 'mm-infinity',
    title: 'M/M/infinity',
    source: 'Kleinrock (1975), Queueing Systems I, 3.4',
    nodes: [poissonClient(1000), service('servers', exponential(20), { servers: PLENTY })],
    edges: toServers,
    seconds: 60,
    figures: [
      ...latencyFigures('work', { mean: 0.02, quantile: (p) => -0.02 * log(1 - p) }),
      { metric: 'components.servers.utilization', exact: 20 / PLENTY },
    ],
  });
}

const closedClient = (users: number, thinkMs: number) => ({
  id: 'client',
  kind: 'Client',
  config: { flow: 'work', arrivals: { process: 'closed', users, thinkTime: exponential(thinkMs) } },
});

function finiteSource(): TheoryCase {
  const system = { users: 20, meanThink: 0.05, serviceRate: 300 };
  const found = finiteSourceFound(system);
  const response = finiteSourceMeanResponse(system);
  return theoryCase({
    id: 'finite-source',
    title: 'M/M/1 with 20 users who think',
    source: 'Reiser & Lavenberg (1980): exact mean value analysis; arrival theorem',
    nodes: [closedClient(20, 50), service('servers', exponential(1000 / 300))],
    edges: toServers,
    seconds: 200,
    figures: [
      ...latencyFigures('work', {
        mean: response,
        quantile: (p) => erlangMixtureQuantile(p, found, system.serviceRate),
      }),
      {
        metric: 'flows.work.completedPerSecond',
        exact: system.users / (response + system.meanThink),
      },
    ],
  });
}

/** The same when all could be served at once: nobody waits, and thinking is all that bounds the rate. */
function finiteSourceOfMany(): TheoryCase {
  return theoryCase({
    id: 'finite-source-plenty',
    title: 'users who think, a server for each',
    source: 'Little (1961)',
    nodes: [closedClient(20, 50), service('servers', exponential(10), { servers: 20 })],
    edges: toServers,
    seconds: 100,
    figures: [
      { metric: 'flows.work.completedPerSecond', exact: 20 / 0.06 },
      { metric: 'components.servers.utilization', exact: 1 / 6 },
      ...latencyFigures('work', { mean: 0.01 }),
    ],
  });
}
