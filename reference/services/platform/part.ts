import {
  endpointVariables,
  routeOf,
  type Endpoints,
  type Part,
  type PartEndpoint,
} from '../../endpoints/index.ts';

/** @throws Error when the process was started without the part's address: our own fault */
export function requirePart(endpoints: Endpoints, part: Part): PartEndpoint {
  const endpoint = endpoints.parts[part];
  if (endpoint === undefined)
    throw new Error(`${endpointVariables[part]} is not set: processes are started by the stack.`);
  return endpoint;
}

/** `http(s)://host:port` of a part that is reached over HTTP, by its detour if there is one. */
export function originOf(endpoints: Endpoints, part: 'gateway' | 'readLb' | 'uploadLb' | 'cdn'): string {
  const { tls, hosts } = requirePart(endpoints, part);
  const { host, port } = routeOf(endpoints.routes, hosts[0]!.host, hosts[0]!.port);
  return `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
