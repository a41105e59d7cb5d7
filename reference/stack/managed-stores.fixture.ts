import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'cassandra-driver';
import { settingsFrom } from '../contract/index.ts';
import { formatStorage } from './kafka-format.ts';
import { planCassandra } from './parts/cassandra.ts';
import { planKafka } from './parts/kafka.ts';
import type { PlanContext } from './parts/part.ts';
import { portsFrom, readPortBase } from './ports.ts';
import { prepare } from './prerequisites.ts';
import type { PlannedProcess } from './process-spec.ts';
import { Processes } from './processes.ts';
import { profiles } from './profile.ts';
import { programOf } from './programs.ts';
import { RunDirectory } from './run-directory.ts';

/** Of every store; its characters have a meaning in URLs. */
export const user = 'lab';
export const password = 'p@ss:word/1';

/** Their ports lie behind those of the stack that uses them. */
const portOffset = 500;

/**
 * A cache, a post database and a stream that somebody else runs: TLS with certificates of a private
 * authority, and a user with a password.
 */
export interface ManagedStores {
  /** File of the authority's certificate. */
  readonly authority: string;
  /** What points a stack at them. */
  readonly environment: Readonly<Record<string, string>>;
  readonly processes: Processes;
  /** Asks the cache. */
  askRedis(...command: string[]): string;
  stop(): Promise<void>;
}

/** @param environment of the stack that is to use them */
export async function startManagedStores(
  environment: Readonly<Record<string, string>>,
): Promise<ManagedStores> {
  const directory = new RunDirectory(`${environment['FANOUT_LAB_RUN_DIR']!}-stores`);
  directory.create();
  const processes = new Processes(directory, 'owner');
  const certificates = makeCertificates(join(directory.path, 'parts', 'certificates'));
  const prerequisites = await prepare(['redis', 'cassandra', 'kafka'], environment, () => undefined);
  const storage = await formatStorage(
    programOf(prerequisites.programs, 'java'),
    prerequisites.jars('kafka'),
    join(directory.path, 'parts', 'format'),
    ['--add-scram', `SCRAM-SHA-512=[name=${user},password=${password}]`],
  );
  const context: PlanContext = {
    ...prerequisites,
    kafkaBootstrap: () => readFileSync(storage),
    profile: profiles.small,
    settings: settingsFrom({ jwtSecret: 'x'.repeat(32) }),
    ports: portsFrom(readPortBase(environment) + portOffset),
    routes: () => ({}),
    redisNodeTimeoutMs: 2000,
    directoryOf: (id) => directory.partPath(id),
  };
  const [redis, kafka, cassandra] = [
    context.ports('redis'),
    context.ports('kafka', 1),
    context.ports('cassandra'),
  ];
  const askRedis = (...command: string[]): string =>
    execFileSync(
      'redis-cli',
      ['--tls', '--cacert', certificates.authority, '-p', String(redis), ...command],
      {
        env: { ...process.env, REDISCLI_AUTH: password },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    ).trim();
  const stop = async () => {
    await processes.endAll();
    directory.clear();
  };
  try {
    processes.create(securedRedis(context, certificates));
    processes.create(securedKafka(context, certificates));
    processes.create(securedCassandra(context, certificates));
    await until(() => askRedis('PING'));
    askRedis('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    askRedis('ACL', 'SETUSER', user, 'on', `>${password}`, '~*', '+@all');
    await until(() => addCassandraUser(cassandra, certificates));
  } catch (error) {
    await stop();
    throw error;
  }
  const credentials = `${user}:${encodeURIComponent(password)}`;
  return {
    authority: certificates.authority,
    processes,
    askRedis,
    stop,
    environment: {
      FANOUT_LAB_REDIS_URL: `rediss://${credentials}@127.0.0.1:${String(redis)}`,
      FANOUT_LAB_KAFKA_URL: `kafkas://${credentials}@127.0.0.1:${String(kafka)}?sasl=scram-sha-512`,
      FANOUT_LAB_CASSANDRA_URL: `cassandras://${credentials}@127.0.0.1:${String(cassandra)}?datacenter=datacenter1`,
    },
  };
}

const startTimeoutMs = 120_000;

/** Attempts it until it succeeds. @throws what it threw last */
async function until(attempt: () => unknown): Promise<void> {
  for (const deadlineMs = performance.now() + startTimeoutMs; ; await sleep(200))
    try {
      await attempt();
      return;
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
    }
}

interface Certificates {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
  /** Key and certificate in one file, as Kafka reads them. */
  readonly pem: string;
  /** The same with `password`, as Cassandra reads them. */
  readonly pkcs12: string;
}

function makeCertificates(folder: string): Certificates {
  mkdirSync(folder, { recursive: true });
  const openssl = (...args: string[]): Buffer =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const request = ['-newkey', 'rsa:2048', '-nodes', '-subj'];
  openssl('req', '-x509', ...request, '/CN=authority', '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '1');
  openssl('req', ...request, '/CN=store', '-keyout', 'server.key', '-out', 'server.csr');
  writeFileSync(join(folder, 'san.cnf'), 'subjectAltName=IP:127.0.0.1\n');
  openssl(
    ...['x509', '-req', '-in', 'server.csr', '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'],
    ...['-out', 'server.crt', '-days', '1', '-extfile', 'san.cnf'],
  );
  const [key, certificate] = ['server.key', 'server.crt'].map((name) =>
    readFileSync(join(folder, name), 'utf8'),
  );
  writeFileSync(join(folder, 'server.pem'), `${key!}${certificate!}`);
  openssl(
    ...['pkcs12', '-export', '-inkey', 'server.key', '-in', 'server.crt', '-out', 'server.p12'],
    ...['-passout', `pass:${password}`],
  );
  return {
    authority: join(folder, 'ca.crt'),
    certificate: join(folder, 'server.crt'),
    key: join(folder, 'server.key'),
    pem: join(folder, 'server.pem'),
    pkcs12: join(folder, 'server.p12'),
  };
}

/** One node with all slots. */
function securedRedis(context: PlanContext, { authority, certificate, key }: Certificates): PlannedProcess {
  return {
    id: 'redis-1',
    part: 'redis',
    node: 'feed-cache',
    order: 100,
    addresses: [],
    command: programOf(context.programs, 'redis-server'),
    args: ['redis.conf'],
    environment: {},
    stopSignal: 'SIGKILL',
    folders: [],
    files: {
      'redis.conf': `port 0
tls-port ${String(context.ports('redis'))}
cluster-port ${String(context.ports('redisBus'))}
bind 127.0.0.1
cluster-announce-ip 127.0.0.1
cluster-enabled yes
tls-cluster yes
tls-cert-file ${certificate}
tls-key-file ${key}
tls-ca-cert-file ${authority}
tls-auth-clients no
requirepass "${password}"
masterauth "${password}"
save ""
`,
    },
  };
}

/** The stack's broker with another listener for clients; properties that come later win. */
function securedKafka(context: PlanContext, { pem }: Certificates): PlannedProcess {
  const [broker] = planKafka(context).processes;
  const listener = (name: string, port: number) => `${name}://127.0.0.1:${String(port)}`;
  const plain = listener('PLAINTEXT', context.ports('kafka'));
  const secured = listener('SASL_SSL', context.ports('kafka', 1));
  return withFile(
    broker!,
    'server.properties',
    (text) => `${text}
listeners=${plain},${secured},${listener('CONTROLLER', context.ports('kafkaController'))}
advertised.listeners=${plain},${secured}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT
ssl.keystore.type=PEM
ssl.keystore.location=${pem}
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
`,
  );
}

/** The stack's node, which asks for a password. */
function securedCassandra(context: PlanContext, { pkcs12 }: Certificates): PlannedProcess {
  const [node] = planCassandra(context).processes;
  const asking = withFile(
    node!,
    'cassandra.yaml',
    (text) => `${text}authenticator: PasswordAuthenticator
client_encryption_options:
  enabled: true
  optional: false
  store_type: PKCS12
  keystore: ${pkcs12}
  keystore_password: '${password}'
`,
  );
  // The first user is there at once, not after ten seconds.
  return withFile(asking, 'java.args', (text) => `"-Dcassandra.superuser_setup_delay_ms=0"\n${text}`);
}

function withFile(planned: PlannedProcess, name: string, change: (text: string) => string): PlannedProcess {
  return { ...planned, files: { ...planned.files, [name]: change(planned.files[name] as string) } };
}

/** As the user that every new Cassandra has. */
async function addCassandraUser(port: number, { authority }: Certificates): Promise<void> {
  const client = new Client({
    contactPoints: [`127.0.0.1:${String(port)}`],
    localDataCenter: 'datacenter1',
    credentials: { username: 'cassandra', password: 'cassandra' },
    sslOptions: { ca: [readFileSync(authority)], rejectUnauthorized: true },
  });
  try {
    await client.connect();
    await client.execute(
      `CREATE ROLE IF NOT EXISTS ${user} WITH PASSWORD = '${password}' AND LOGIN = true AND SUPERUSER = true`,
    );
  } finally {
    await client.shutdown();
  }
}
