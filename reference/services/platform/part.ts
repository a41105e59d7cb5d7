import { endpointVariables, type Endpoints, type Part, type PartEndpoint } from '../../endpoints/index.ts';

/** @throws Error when the process was started without the part's address: our own fault */
export function requirePart(endpoints: Endpoints, part: Part): PartEndpoint {
  const endpoint = endpoints.parts[part];
  if (endpoint === undefined)
    throw new Error(`${endpointVariables[part]} is not set: processes are started by the stack.`);
  return endpoint;
}
