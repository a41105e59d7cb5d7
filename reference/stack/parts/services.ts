import { runner } from '../../../scripts/programs.mjs';
import { settingsToEnvironment } from '../../contract/index.ts';
import { endpointsToEnvironment, type Endpoints } from '../../endpoints/index.ts';
import type { PortUse } from '../ports.ts';
import type { PlannedProcess } from '../process-spec.ts';
import { isReady } from './is-ready.ts';
import { loopback, plainEndpoint, type PartPlan, type PlanContext } from './part.ts';

interface Service {
  /** Folder below reference/services. */
  readonly folder: string;
  readonly name: string;
  readonly node: string;
  readonly portUse: PortUse;
  /** Where clients reach `portUse`: the port of health and metrics. */
  readonly operationsPortUse?: PortUse;
  readonly count: number;
}

/** The processes of reference/services, as many of each as the scenario's bench-scale form says. */
export function planServices(context: PlanContext, endpoints: Endpoints): PartPlan {
  const { settings, ports } = context;
  const services: readonly Service[] = [
    {
      ...{ folder: 'gateway', name: 'gateway', node: 'api-gateway', portUse: 'gateway' },
      ...{ operationsPortUse: 'gatewayOperations', count: settings.gateways },
    },
    {
      ...{ folder: 'feed', name: 'feed-service', node: 'feed-service', portUse: 'feedService' },
      count: settings.feedServices,
    },
    {
      ...{ folder: 'upload', name: 'upload-service', node: 'upload-service', portUse: 'uploadService' },
      count: settings.uploadServices,
    },
    { folder: 'relay', name: 'relay', node: 'upload-service', portUse: 'relay', count: 1 },
    {
      ...{ folder: 'fanout', name: 'fanout-worker', node: 'fanout-worker', portUse: 'fanoutWorker' },
      count: settings.fanoutWorkers,
    },
    {
      ...{ folder: 'images', name: 'image-worker', node: 'image-worker', portUse: 'imageWorker' },
      count: settings.imageWorkers,
    },
  ];
  const gateways = Array.from({ length: settings.gateways }, (_, index) => ({
    host: loopback,
    port: ports('gateway', index),
  }));
  const known: Endpoints = { ...endpoints, parts: { ...endpoints.parts, gateway: plainEndpoint(gateways) } };
  const processes = services.flatMap((service) =>
    Array.from({ length: service.count }, (_, index) => processOf(context, known, service, index)),
  );
  return {
    processes,
    endpoints: { gateway: plainEndpoint(gateways) },
    check: async () => {
      const answers = await Promise.all(processes.map(({ id, addresses }) => isReady(id, addresses.at(-1)!)));
      return answers.find((answer) => answer !== null) ?? null;
    },
  };
}

function processOf(
  context: PlanContext,
  endpoints: Endpoints,
  service: Service,
  index: number,
): PlannedProcess {
  const id = `${service.name}-${String(index + 1)}`;
  const port = context.ports(service.portUse, index);
  const operationsPort = context.ports(service.operationsPortUse ?? service.portUse, index);
  return {
    id,
    part: 'services',
    node: service.node,
    order: 700 + index,
    addresses: [...new Set([port, operationsPort])].map((each) => `${loopback}:${String(each)}`),
    command: process.execPath,
    args: [runner, `reference/services/${service.folder}/main.ts`],
    environment: {
      ...endpointsToEnvironment({ ...endpoints, routes: context.routes(id) }),
      ...settingsToEnvironment(context.settings),
      FANOUT_LAB_PORT: String(port),
      FANOUT_LAB_OPERATIONS_PORT: String(operationsPort),
      FANOUT_LAB_INSTANCE: id,
    },
    stopSignal: 'SIGTERM',
    folders: [],
    files: {},
  };
}
