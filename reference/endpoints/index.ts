/**
 * Door of `reference/endpoints`: where each part of the stack is, as URLs.
 *
 * Every process of the stack, the load generator and the checker read the same environment variables,
 * one a part. What `npm run reference -- up` starts itself it writes into them; a part whose variable is
 * set by the user is taken as it is and is not started.
 */
export {
  endpointVariables,
  endpointsToEnvironment,
  externalHosts,
  readEndpoints,
  saslMechanisms,
  type Endpoints,
  type Part,
  type PartEndpoint,
} from './endpoints.ts';
export { parseAddress, routeOf, type Address, type Routes } from './routes.ts';
