import { createHash } from 'node:crypto';
import { javaArguments } from '../java.ts';
import type { PlannedProcess } from '../process-spec.ts';
import { programOf } from '../programs.ts';
import { brokersServe } from './kafka-topics.ts';
import { loopback, plainEndpoint, type PartPlan, type PlanContext } from './part.ts';

/** Brokers that are controllers too (KRaft, combined roles). */
export function planKafka(context: PlanContext): PartPlan {
  const { profile, ports } = context;
  const brokers = Array.from({ length: profile.kafkaBrokers }, (_, index) => ({
    nodeId: index + 1,
    port: ports('kafka', index),
    controllerPort: ports('kafkaController', index),
  }));
  return {
    processes: brokers.map((broker) => processOf(context, brokers, broker)),
    endpoints: { kafka: plainEndpoint(brokers.map(({ port }) => ({ host: loopback, port }))) },
    check: (endpoints) => brokersServe(endpoints, profile),
  };
}

interface Broker {
  readonly nodeId: number;
  readonly port: number;
  readonly controllerPort: number;
}

function processOf(context: PlanContext, brokers: readonly Broker[], broker: Broker): PlannedProcess {
  return {
    id: `kafka-${String(broker.nodeId)}`,
    part: 'kafka',
    node: 'upload-stream',
    order: 300 + broker.nodeId,
    addresses: [`${loopback}:${String(broker.port)}`, `${loopback}:${String(broker.controllerPort)}`],
    command: programOf(context.programs, 'java'),
    args: ['@java.args'],
    environment: {},
    // Brokers that are asked to end together wait for each other for minutes.
    stopSignal: 'SIGKILL',
    folders: ['tmp', 'data'],
    files: {
      'java.args': kafkaJava(context.jars('kafka'), 'kafka.Kafka', ['server.properties']),
      'log4j.properties': kafkaLog4j,
      'server.properties': configuration(context, brokers, broker),
      'data/meta.properties': `version=1
cluster.id=${clusterId}
node.id=${String(broker.nodeId)}
directory.id=${uuid(`directory ${String(broker.nodeId)}`)}
`,
      'data/bootstrap.checkpoint': context.kafkaBootstrap(),
    },
  };
}

/** A broker's heap and log; the tool that formats its storage takes the same. */
export function kafkaJava(jars: readonly string[], main: string, args: readonly string[]): string {
  return javaArguments({
    classPath: jars,
    options: [
      ...['-Xms128m', '-Xmx256m', '-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20', '-Djava.io.tmpdir=tmp'],
      '-Dlog4j.configuration=file:log4j.properties',
    ],
    main,
    args,
  });
}

export const kafkaLog4j = `log4j.rootLogger=WARN, stdout
log4j.appender.stdout=org.apache.log4j.ConsoleAppender
log4j.appender.stdout.layout=org.apache.log4j.PatternLayout
log4j.appender.stdout.layout.ConversionPattern=%d{ISO8601} %p %c{1}: %m%n
`;

/** Kafka writes its ids as 16 bytes in URL-safe base64. */
const uuid = (text: string): string =>
  createHash('sha256').update(`fanout-lab ${text}`).digest().subarray(0, 16).toString('base64url');
export const clusterId = uuid('cluster');

/**
 * A broker that is gone is noticed after 3 s (the default, 9 s, also keeps a restarted broker out that
 * long). Alone, a broker is its own quorum and needs no quorum timeouts.
 */
function configuration({ profile }: PlanContext, brokers: readonly Broker[], broker: Broker): string {
  const voters = brokers.map(
    ({ nodeId, controllerPort }) => `${String(nodeId)}@${loopback}:${String(controllerPort)}`,
  );
  const replication = String(profile.replicationFactor);
  const inSync = String(profile.minimumInSyncReplicas);
  const quorum =
    brokers.length === 1
      ? ''
      : `controller.quorum.election.timeout.ms=1000
controller.quorum.fetch.timeout.ms=2000
`;
  return `process.roles=broker,controller
node.id=${String(broker.nodeId)}
controller.quorum.voters=${voters.join(',')}
listeners=PLAINTEXT://${loopback}:${String(broker.port)},CONTROLLER://${loopback}:${String(broker.controllerPort)}
advertised.listeners=PLAINTEXT://${loopback}:${String(broker.port)}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs=data
auto.create.topics.enable=false
default.replication.factor=${replication}
min.insync.replicas=${inSync}
unclean.leader.election.enable=false
offsets.topic.replication.factor=${replication}
offsets.topic.num.partitions=16
transaction.state.log.replication.factor=${replication}
transaction.state.log.min.isr=${inSync}
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=500
group.min.session.timeout.ms=1000
num.network.threads=2
num.io.threads=4
num.recovery.threads.per.data.dir=2
num.replica.fetchers=1
log.cleaner.dedupe.buffer.size=16777216
log.segment.bytes=67108864
log.retention.hours=24
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
leader.imbalance.check.interval.seconds=10
${quorum}`;
}
