import { failOvers, simulateFailOver } from '../../simulator/verdicts/index.ts';

/** Simulated fail-over times, s, in the order of `failOvers`. */
export const simulatedFailOvers = (): readonly number[] => failOvers.map(simulateFailOver);

/** docs/fail-over.md: simulated fail-over times beside measured ones. */
export function describeFailOver(simulatedSeconds: readonly number[]): string {
  const rows = failOvers.map((experiment, i) => {
    const [least, most] = experiment.measuredSeconds;
    const middle = (least + most) / 2;
    const simulated = simulatedSeconds[i]!;
    const off = middle === 0 ? '' : `${simulated < middle ? '-' : '+'}${percent(simulated, middle)} %`;
    const measured = least === most ? String(least) : `${least} to ${most}`;
    return `| ${experiment.system} | ${experiment.what} | ${measured} | ${simulated.toFixed(1)} | ${off} |`;
  });
  return [
    '# Fail-over, simulated and measured',
    '',
    'How long requests feel the loss of a part of a store, in the simulator and in real clusters. Each row is a run of',
    'the published design with hardly any load and one part lost; a test runs them all and asks for 20 %.',
    '',
    '| system | what happens | measured s | simulated s | off |',
    '| --- | --- | ---: | ---: | ---: |',
    ...rows,
    '',
    '"Off" is against the middle of what was measured. Measured on one Linux machine with four cores and all servers on',
    'loopback: Redis 7.0.15 with twelve primaries and twelve replicas, killed; Kafka 3.9.2 with three brokers (KRaft,',
    'broker session 3 s, heartbeat 0.5 s); Cassandra 5.0.9 with three nodes (phi 5). A zone of the published design',
    'has one replica of each row, so the loss of a zone is the loss of one node of three.',
    '',
    'Redis plays through failure detection and election as its cluster specification has them; nothing is fitted. Kafka',
    'waits for the session of the broker, and for another controller, for which two configured times stand. Cassandra',
    'convicts a node by the phi-accrual rule (Hayashibara et al., 2004), whose time is proportional to the mean interval',
    'between heartbeats: 0.7 s is fitted to the one row that shows it. How long its nodes take to start is an input.',
    '',
  ].join('\n');
}

const percent = (simulated: number, middle: number): string =>
  ((Math.abs(simulated - middle) / middle) * 100).toFixed(0);
