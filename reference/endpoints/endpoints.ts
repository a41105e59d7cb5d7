import { InputError } from '../../scenarios/index.ts';
import type { Routes } from './routes.ts';

/** A part of the stack that other parts reach over the network. */
export type Part =
  'redis' | 'cassandra' | 'kafka' | 'objectStore' | 'gateway' | 'readLb' | 'uploadLb' | 'cdn';

/**
 * One part: its URL taken apart. The scheme says whether TLS is used; user and password are credentials;
 * several `host:port` may be listed, separated by commas; query parameters are options of that part.
 *
 *     redis://[user:password@]host:port[,host:port...]                      rediss: TLS
 *     cassandra://[user:password@]host:port[,...]?datacenter=datacenter1    cassandras: TLS
 *     kafka://[user:password@]host:port[,...]?sasl=scram-sha-512            kafkas: TLS
 *     http(s)://accessKey:secretKey@host:port/bucket?region=us-east-1       object store, path style
 *     http(s)://host:port                                                   gateway, load balancers, CDN
 */
export interface PartEndpoint {
  readonly tls: boolean;
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly user: string | null;
  readonly password: string | null;
  /** Without the leading slash; empty when there is none. */
  readonly path: string;
  readonly options: Readonly<Record<string, string>>;
}

/** Parts that are known, and the detours that fault proxies make. */
export interface Endpoints {
  readonly parts: Readonly<Partial<Record<Part, PartEndpoint>>>;
  readonly routes: Routes;
}

/** The environment variable of each part. */
export const endpointVariables: Readonly<Record<Part, string>> = {
  redis: 'FANOUT_LAB_REDIS_URL',
  cassandra: 'FANOUT_LAB_CASSANDRA_URL',
  kafka: 'FANOUT_LAB_KAFKA_URL',
  objectStore: 'FANOUT_LAB_OBJECT_STORE_URL',
  gateway: 'FANOUT_LAB_GATEWAY_URL',
  readLb: 'FANOUT_LAB_READ_LB_URL',
  uploadLb: 'FANOUT_LAB_UPLOAD_LB_URL',
  cdn: 'FANOUT_LAB_CDN_URL',
};
const routesVariable = 'FANOUT_LAB_ROUTES';

/** How Kafka may be told who we are: option `sasl`. */
export const saslMechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

const schemes: Readonly<Record<Part, readonly [plain: string, tls: string, defaultPort: number]>> = {
  redis: ['redis', 'rediss', 6379],
  cassandra: ['cassandra', 'cassandras', 9042],
  kafka: ['kafka', 'kafkas', 9092],
  objectStore: ['http', 'https', 80],
  gateway: ['http', 'https', 80],
  readLb: ['http', 'https', 80],
  uploadLb: ['http', 'https', 80],
  cdn: ['http', 'https', 80],
};

/** @throws InputError with `FL-bad-endpoint`, naming the variable; secrets are never part of a message */
export function readEndpoints(environment: Readonly<Record<string, string | undefined>>): Endpoints {
  const parts: Partial<Record<Part, PartEndpoint>> = {};
  for (const [part, variable] of Object.entries(endpointVariables) as [Part, string][]) {
    const url = environment[variable];
    if (url !== undefined && url !== '') parts[part] = parse(part, variable, url);
  }
  const routes = environment[routesVariable];
  return { parts, routes: routes === undefined ? {} : (JSON.parse(routes) as Routes) };
}

/** The variables for a child process. */
export function endpointsToEnvironment(endpoints: Endpoints): Record<string, string> {
  const environment: Record<string, string> = { [routesVariable]: JSON.stringify(endpoints.routes) };
  for (const [part, endpoint] of Object.entries(endpoints.parts) as [Part, PartEndpoint][])
    environment[endpointVariables[part]] = format(part, endpoint);
  return environment;
}

/** Hosts outside of loopback, each once: what load, faults and clearing of data must refuse. */
export function externalHosts(endpoints: Endpoints): readonly string[] {
  const hosts = Object.values(endpoints.parts).flatMap((part) => part.hosts.map(({ host }) => host));
  return [...new Set(hosts)].filter(
    (host) => host !== 'localhost' && host !== '::1' && !/^127(\.\d{1,3}){3}$/.test(host),
  );
}

function parse(part: Part, variable: string, url: string): PartEndpoint {
  const [plain, secure, defaultPort] = schemes[part];
  const fail = (
    message: string,
    fix = `Write it as ${plain}://[user:password@]host:port, or ${secure}:// for TLS.`,
  ): never => {
    throw new InputError([
      {
        code: 'FL-bad-endpoint',
        path: variable,
        message,
        fix,
        severity: 'error',
      },
    ]);
  };
  const match = /^([a-z]+):\/\/(?:([^@/]*)@)?([^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/.exec(url);
  if (match === null) return fail(`${variable} is not a URL.`);
  const [, scheme, credentials, hosts, path, query] = match;
  if (scheme !== plain && scheme !== secure)
    fail(`${variable} begins with "${scheme}:", which is not how this part is reached.`);
  const tls = scheme === secure;
  const [user, password] = (credentials ?? '').split(':', 2).map((text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return fail(`${variable} has a "%" in its credentials that stands for nothing.`, 'Write it as %25.');
    }
  });
  const options = Object.fromEntries(new URLSearchParams(query ?? ''));
  if (part === 'objectStore' && (path ?? '') === '')
    fail(`${variable} names no bucket.`, 'Write it as http(s)://accessKey:secretKey@host:port/bucket.');
  if (
    part === 'kafka' &&
    options['sasl'] !== undefined &&
    !saslMechanisms.some((each) => each === options['sasl'])
  )
    fail(`${variable} has an unknown option sasl.`, `Known are ${saslMechanisms.join(', ')}.`);
  return {
    tls,
    hosts: hosts!.split(',').map((address) => {
      const host = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(address);
      const port = host?.[2] === undefined ? (tls && plain === 'http' ? 443 : defaultPort) : Number(host[2]);
      if (host === null || port < 1 || port > 65_535) return fail(`${variable} names no host and port.`);
      return { host: host[1]!.replace(/^\[|\]$/g, ''), port };
    }),
    user: user || null,
    password: password || null,
    path: path ?? '',
    options,
  };
}

function format(part: Part, endpoint: PartEndpoint): string {
  const [plain, secure] = schemes[part];
  const credentials =
    endpoint.user === null && endpoint.password === null
      ? ''
      : `${encodeURIComponent(endpoint.user ?? '')}:${encodeURIComponent(endpoint.password ?? '')}@`;
  const hosts = endpoint.hosts
    .map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`)
    .join(',');
  const query = new URLSearchParams(endpoint.options).toString();
  return `${endpoint.tls ? secure : plain}://${credentials}${hosts}/${endpoint.path}${query === '' ? '' : `?${query}`}`;
}
