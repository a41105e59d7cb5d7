import { routeOf } from '../../endpoints/index.ts';
import type { PlannedProcess } from '../process-spec.ts';
import { programOf } from '../programs.ts';
import { answersHttp } from './answers-http.ts';
import { loopback, plainEndpoint, type PartPlan, type PlanContext } from './part.ts';

/** ReadLB and UploadLB, each a process, so that trouble with uploads leaves feed reads alone. */
export function planLoadBalancers(context: PlanContext): PartPlan {
  const { ports, settings } = context;
  const read: Balancer = {
    id: 'read-lb',
    port: ports('readLb'),
    metricsPort: ports('readLbMetrics'),
    // A read may be done twice.
    retryOn: 'conn-failure empty-response response-timeout 502 503 504',
    servers: servers('feed-service', settings.feedServices, (index) => ports('feedService', index)),
  };
  const upload: Balancer = {
    id: 'upload-lb',
    port: ports('uploadLb'),
    metricsPort: ports('uploadLbMetrics'),
    // Only what has not reached a service.
    retryOn: 'conn-failure',
    servers: servers('upload-service', settings.uploadServices, (index) => ports('uploadService', index)),
  };
  return {
    processes: [read, upload].map((balancer) => processOf(context, balancer)),
    endpoints: {
      readLb: plainEndpoint([{ host: loopback, port: read.port }]),
      uploadLb: plainEndpoint([{ host: loopback, port: upload.port }]),
    },
    check: async () => {
      const answers = await Promise.all([read, upload].map(({ port }) => answersHttp(port)));
      return answers.find((answer) => answer !== null) ?? null;
    },
  };
}

interface Balancer {
  readonly id: 'read-lb' | 'upload-lb';
  readonly port: number;
  readonly metricsPort: number;
  readonly retryOn: string;
  readonly servers: readonly { readonly name: string; readonly port: number }[];
}

function servers(name: string, count: number, portOf: (index: number) => number): Balancer['servers'] {
  return Array.from({ length: count }, (_, index) => ({
    name: `${name}-${String(index + 1)}`,
    port: portOf(index),
  }));
}

function processOf(context: PlanContext, balancer: Balancer): PlannedProcess {
  return {
    id: balancer.id,
    part: 'load-balancers',
    node: balancer.id,
    order: 600,
    addresses: [balancer.port, balancer.metricsPort].map((port) => `${loopback}:${String(port)}`),
    command: programOf(context.programs, 'haproxy'),
    args: ['-db', '-f', 'haproxy.cfg'],
    environment: {},
    stopSignal: 'SIGTERM',
    folders: [],
    files: { 'haproxy.cfg': configuration(context, balancer) },
  };
}

/**
 * `timeout connect` is also the pause before a retry: the longest stall after a service is killed.
 * Connections to services are reused only after a first request, and never shared between methods whose
 * retry would be unsafe (`http-reuse safe`).
 */
function configuration(context: PlanContext, balancer: Balancer): string {
  const routes = context.routes(balancer.id);
  const lines = balancer.servers.map(({ name, port }) => {
    const to = routeOf(routes, loopback, port);
    return `  server ${name} ${to.host}:${String(to.port)}`;
  });
  return `global
  maxconn 4000
  nbthread 1
  stats socket unix@admin.sock mode 600 level admin
  log stdout format raw local0 notice

defaults
  mode http
  log global
  option dontlog-normal
  option redispatch 1
  retries 3
  timeout connect 100ms
  timeout client 30s
  timeout server 10s
  timeout queue 1s
  timeout http-request 5s
  timeout http-keep-alive 60s

frontend ${balancer.id}
  bind ${loopback}:${String(balancer.port)}
  default_backend services

backend services
  balance leastconn
  http-reuse safe
  retry-on ${balancer.retryOn}
  option httpchk GET /healthz
  default-server check inter 500ms fastinter 100ms rise 1 fall 2 observe layer4 error-limit 1 on-error mark-down on-marked-down shutdown-sessions
${lines.join('\n')}

frontend metrics
  bind ${loopback}:${String(balancer.metricsPort)}
  http-request use-service prometheus-exporter if { path /metrics }
  stats enable
  stats uri /
`;
}
