import { javaArguments } from '../java.ts';
import type { PlannedProcess } from '../process-spec.ts';
import { programOf } from '../programs.ts';
import { nodesAgree } from './cassandra-agreement.ts';
import { logback } from './logback.ts';
import { plainEndpoint, type PartPlan, type PlanContext } from './part.ts';

/** Cassandra: nodes on 127.0.0.1 to 127.0.0.3, each with a third of the ring and all of the data. */
export function planCassandra(context: PlanContext): PartPlan {
  const port = context.ports('cassandra');
  const hosts = Array.from(
    { length: context.profile.cassandraNodes },
    (_, index) => `127.0.0.${String(index + 1)}`,
  );
  return {
    processes: hosts.map((host, index) => processOf(context, hosts, host, index)),
    endpoints: {
      cassandra: plainEndpoint(
        hosts.map((host) => ({ host, port })),
        { options: { datacenter: 'datacenter1' } },
      ),
    },
    check: () => nodesAgree(hosts, port),
  };
}

function processOf(
  context: PlanContext,
  hosts: readonly string[],
  host: string,
  index: number,
): PlannedProcess {
  const id = `cassandra-${String(index + 1)}`;
  const port = context.ports('cassandra');
  const gossipPort = context.ports('cassandraGossip');
  const directory = context.directoryOf(id);
  return {
    id,
    part: 'cassandra',
    node: 'post-db',
    order: 200 + index,
    addresses: [`${host}:${String(port)}`, `${host}:${String(gossipPort)}`],
    command: programOf(context.programs, 'java'),
    args: ['@java.args'],
    environment: {},
    stopSignal: 'SIGKILL',
    folders: ['tmp'],
    files: {
      'java.args': javaArguments({
        classPath: context.jars('cassandra'),
        options: [...jvmOptions, ...systemProperties(directory)],
        main: 'org.apache.cassandra.service.CassandraDaemon',
        args: [],
      }),
      'logback.xml': logback,
      'cassandra.yaml': configuration({
        host,
        seeds: hosts.map((seed) => `${seed}:${String(gossipPort)}`),
        port,
        gossipPort,
        token: tokens(hosts.length)[index]!,
      }),
    },
  };
}

/** Equal shares of the ring of Murmur3Partitioner. */
function tokens(nodes: number): readonly bigint[] {
  return Array.from(
    { length: nodes },
    (_, index) => -(2n ** 63n) + (BigInt(index) * 2n ** 64n) / BigInt(nodes),
  );
}

/** Packages that Cassandra 5 reaches into on JDK 17; without one of them it ends with "unable to access required classes". */
const exportsNeeded = [
  'java.base/jdk.internal.misc',
  'java.base/java.lang.ref',
  'java.management.rmi/com.sun.jmx.remote.internal.rmi',
  'java.rmi/sun.rmi.registry',
  'java.rmi/sun.rmi.server',
  'java.sql/java.sql',
  'jdk.unsupported/sun.misc',
  'jdk.attach/sun.tools.attach',
];
const opensNeeded = [
  ...[
    ...['java.lang', 'java.lang.module', 'java.lang.reflect', 'java.io', 'java.util'],
    ...['jdk.internal.loader', 'jdk.internal.ref', 'jdk.internal.reflect', 'jdk.internal.math'],
    ...['jdk.internal.module', 'jdk.internal.util.jar', 'sun.nio.ch'],
  ].map((name) => `java.base/${name}`),
  'jdk.management/com.sun.management.internal',
];

const jvmOptions = [
  ...['-Xms64m', '-Xmx512m', '-XX:MaxDirectMemorySize=128m', '-Xss256k', '-XX:+UseSerialGC'],
  '-Djdk.attach.allowAttachSelf=true',
  '-Dio.netty.tryReflectionSetAccessible=true',
  ...exportsNeeded.flatMap((name) => ['--add-exports', `${name}=ALL-UNNAMED`]),
  ...opensNeeded.flatMap((name) => ['--add-opens', `${name}=ALL-UNNAMED`]),
];

/** Gossip on one machine settles fast: what waits for slow networks is shortened. So is a start. */
const systemProperties = (directory: string): readonly string[] =>
  Object.entries({
    'java.io.tmpdir': `${directory}/tmp`,
    'jna.tmpdir': `${directory}/tmp`,
    'logback.configurationFile': `${directory}/logback.xml`,
    'cassandra.config': `file://${directory}/cassandra.yaml`,
    'cassandra.storagedir': directory,
    'cassandra.logdir': directory,
    'cassandra-foreground': 'yes',
    'cassandra.ring_delay_ms': '500',
    'cassandra.gossip_quarantine_delay_ms': '20000',
    'cassandra.skip_wait_for_gossip_to_settle': '0',
    'cassandra.shutdown_announce_in_ms': '0',
    'cassandra.fd_max_interval_ms': '1000',
    'cassandra.fd_initial_value_ms': '1000',
    // What it would find out by filling a memtable with 100,000 rows: a third of the work of a start.
    'cassandra.memtable.row_overhead_size': '180',
  }).map(([name, value]) => `-D${name}=${value}`);

interface NodeConfiguration {
  readonly host: string;
  readonly seeds: readonly string[];
  readonly port: number;
  readonly gossipPort: number;
  readonly token: bigint;
}

/**
 * `commitlog_sync: batch` answers after the disk has it: with `periodic`, the last acknowledged rows were
 * lost when all nodes were killed. More transport threads than writes in flight at the write timeout, or
 * they starve. A node that comes up alone answers what it can after `block_for_peers_timeout_in_secs`, not
 * after the default 10 s; otherwise it waits until all others but one are there.
 */
function configuration({ host, seeds, port, gossipPort, token }: NodeConfiguration): string {
  return `cluster_name: fanout-lab
partitioner: org.apache.cassandra.dht.Murmur3Partitioner
endpoint_snitch: SimpleSnitch
num_tokens: 1
initial_token: ${String(token)}
auto_bootstrap: false
listen_address: ${host}
rpc_address: ${host}
native_transport_port: ${String(port)}
storage_port: ${String(gossipPort)}
seed_provider:
  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
    parameters:
      - seeds: '${seeds.join(',')}'
commitlog_sync: batch
commitlog_segment_size: 4MiB
commitlog_total_space: 64MiB
cdc_enabled: false
memtable_heap_space: 48MiB
memtable_offheap_space: 48MiB
file_cache_size: 32MiB
networking_cache_size: 16MiB
key_cache_size: 4MiB
row_cache_size: 0MiB
counter_cache_size: 4MiB
concurrent_reads: 8
concurrent_writes: 8
concurrent_counter_writes: 8
concurrent_compactors: 1
native_transport_max_threads: 256
auto_snapshot: false
disk_failure_policy: die
commit_failure_policy: die
read_request_timeout: 1000ms
write_request_timeout: 1000ms
counter_write_request_timeout: 1000ms
request_timeout: 3000ms
cql_start_time: QUEUE
native_transport_timeout: 2000ms
phi_convict_threshold: 5
block_for_peers_timeout_in_secs: 1
hints_flush_period: 1000ms
`;
}
