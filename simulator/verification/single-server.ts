import {
  firstOfTwoSojourn,
  hyperexponentialService,
  latticeQuantile,
  lognormalService,
  md1WaitQuantile,
  mg1MeanSojourn,
  mg1MeanWait,
  mg1Sojourn,
  mm1MeanSojourn,
  mm1SojournQuantile,
  priorityMeanWaits,
  processorSharingMeanSojourn,
  twoStageService,
  type ServiceLaw,
} from '../theory/index.ts';
import {
  constant,
  exponential,
  latencyFigures,
  poissonClient,
  service,
  theoryCase,
  type TheoryCase,
} from './case.ts';

/** Points of the lattices, and how many of them a mean service time takes. */
const POINTS = 3000;
const toServer = [{ source: 'client', target: 'server' }];

/** Systems with one server. */
export function singleServerCases(): TheoryCase[] {
  return [mm1(), md1(), ...mg1(), heldWhileCalling(), ...processorSharing(), priorities()];
}

function mm1(): TheoryCase {
  const system = { arrivalRate: 800, serviceRate: 1000 };
  const rho = 0.8;
  return theoryCase({
    id: 'mm1',
    title: 'M/M/1',
    source: 'Kleinrock (1975), Queueing Systems I, 3.2',
    nodes: [poissonClient(800), service('server', exponential(1))],
    edges: toServer,
    seconds: 100,
    figures: [
      ...latencyFigures('work', {
        mean: mm1MeanSojourn(system),
        quantile: (p) => mm1SojournQuantile(p, system),
      }),
      { metric: 'components.server.utilization', exact: rho },
      { metric: 'components.server.meanQueueLength', exact: (rho * rho) / (1 - rho) },
      { metric: 'components.server.waitMs.mean', exact: rho / (1 - rho) },
    ],
  });
}

function md1(): TheoryCase {
  const quantile = (p: number): number => 0.001 + md1WaitQuantile(p, 700, 0.001);
  return theoryCase({
    id: 'md1',
    title: 'M/D/1',
    source: 'Franx (2001), Operations Research Letters 29',
    nodes: [poissonClient(700), service('server', constant(1))],
    edges: toServer,
    seconds: 100,
    figures: latencyFigures('work', {
      mean: mg1MeanSojourn({ arrivalRate: 700, meanService: 0.001, cv2: 0 }),
      quantile,
    }),
  });
}

function mg1(): TheoryCase[] {
  const of = (name: string, law: ServiceLaw, cv: number, step: number): TheoryCase => {
    const sojourn = mg1Sojourn(600, law, step, POINTS);
    return theoryCase({
      id: `mg1-${name}`,
      title: `M/G/1, ${name}, cv ${cv}`,
      source: 'Pollaczek (1930), Khinchine (1932); Benes (1957)',
      nodes: [poissonClient(600), service('server', { distribution: name, meanMs: 1, cv })],
      edges: toServer,
      seconds: 200,
      figures: latencyFigures('work', {
        mean: mg1MeanSojourn({ arrivalRate: 600, meanService: 0.001, cv2: cv * cv }),
        quantile: (p) => latticeQuantile(p, sojourn),
      }),
    });
  };
  return [
    of('lognormal', lognormalService(0.001, 1.5), 1.5, 0.00003),
    of('hyperexponential', hyperexponentialService(0.001, 2), 2, 0.00003),
  ];
}

/** A thread that calls is occupied until the answer: M/G/1 with the sum of both times. */
function heldWhileCalling(): TheoryCase {
  const cv2 = (1 + 4) / 9;
  const sojourn = mg1Sojourn(200, twoStageService(0.001, 0.002), 0.00003, POINTS);
  const system = { arrivalRate: 200, meanService: 0.003, cv2 };
  return theoryCase({
    id: 'held-while-calling',
    title: 'a server that is held while it calls',
    source: 'Pollaczek (1930), Khinchine (1932), for the sum of both times',
    nodes: [
      poissonClient(200),
      service('server', exponential(1)),
      service('called', exponential(2), { servers: 1_000_000 }),
    ],
    edges: [...toServer, { source: 'server', target: 'called' }],
    // 240 requests above the 99.9th percentile, in fewer busy periods.
    seconds: 1200,
    shortSeconds: 60,
    figures: [
      ...latencyFigures('work', {
        mean: mg1MeanSojourn(system),
        quantile: (p) => latticeQuantile(p, sojourn),
      }),
      { metric: 'components.server.utilization', exact: 0.6 },
      { metric: 'components.server.waitMs.mean', exact: 1000 * mg1MeanWait(system) },
    ],
  });
}

/** The mean does not depend on the distribution of the work. */
function processorSharing(): TheoryCase[] {
  const laws = {
    constant: constant(1),
    exponential: exponential(1),
    hyperexponential: { distribution: 'hyperexponential', meanMs: 1, cv: 3 },
  };
  return Object.entries(laws).map(([name, law]) =>
    theoryCase({
      id: `processor-sharing-${name}`,
      title: `M/G/1 with processor sharing, ${name}`,
      source: 'Sakata, Noguchi & Oizumi (1971)',
      nodes: [poissonClient(700), service('server', law, { discipline: 'processor-sharing' })],
      edges: toServer,
      seconds: 150,
      figures: [
        ...latencyFigures('work', { mean: processorSharingMeanSojourn(700, 0.001) }),
        { metric: 'components.server.utilization', exact: 0.7 },
      ],
    }),
  );
}

function priorities(): TheoryCase {
  const rates = { first: 300, second: 400, service: 1000 };
  const classOf = (arrivalRate: number) => ({ arrivalRate, meanService: 0.001, cv2: 1 });
  const [first, second] = priorityMeanWaits([classOf(rates.first), classOf(rates.second)]);
  const sojourn = firstOfTwoSojourn(rates, 0.00001, 2500);
  const flow = (name: string, priority: number, ratePerSecond: number) => ({
    flow: name,
    priority,
    arrivals: { process: 'poisson', ratePerSecond },
  });
  return theoryCase({
    id: 'priorities',
    title: 'M/M/1 with two non-preemptive priorities',
    source: 'Cobham (1954); Kleinrock (1976), Queueing Systems II, 3.6',
    nodes: [
      {
        id: 'client',
        kind: 'Client',
        config: { flows: [flow('first', 0, rates.first), flow('second', 1, rates.second)] },
      },
      service('server', exponential(1), { discipline: 'priority' }),
    ],
    edges: toServer,
    seconds: 150,
    figures: [
      ...latencyFigures('first', {
        mean: first! + 0.001,
        quantile: (p) => latticeQuantile(p, sojourn),
      }),
      ...latencyFigures('second', { mean: second! + 0.001 }),
    ],
  });
}
