import { cdnTierHeader, sizes } from '../../contract/index.ts';
import { routeOf, type Endpoints } from '../../endpoints/index.ts';
import { answersHttp } from './answers-http.ts';
import type { PlannedProcess } from '../process-spec.ts';
import { programOf } from '../programs.ts';
import { loopback, plainEndpoint, type PartPlan, type PlanContext } from './part.ts';

/**
 * The CDN: edges, one regional cache, the object store as the origin. A client asks an edge for
 * `/i/{mediaId}/{sizePx}`; the edge picks WebP or JPEG; nothing else can be asked for.
 */
export function planCdn(context: PlanContext, endpoints: Endpoints): PartPlan {
  const { profile, ports } = context;
  const regionalPort = ports('cdnRegional');
  const edges = Array.from({ length: profile.cdnEdges }, (_, index) => ({
    id: `cdn-edge-${String(index + 1)}`,
    port: ports('cdnEdge', index),
  }));
  const edge = ({ id, port }: (typeof edges)[number]) => {
    const regional = routeOf(context.routes(id), loopback, regionalPort);
    return nginx(context, id, port, edgeServer(port, `${regional.host}:${String(regional.port)}`));
  };
  return {
    processes: [
      nginx(context, 'cdn-regional', regionalPort, regionalServer(context, endpoints, regionalPort)),
      ...edges.map(edge),
    ],
    endpoints: { cdn: plainEndpoint(edges.map(({ port }) => ({ host: loopback, port }))) },
    check: async () => {
      const answers = await Promise.all([regionalPort, ...edges.map(({ port }) => port)].map(answersHttp));
      return answers.find((answer) => answer !== null) ?? null;
    },
  };
}

const mediaId = '[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}';
const size = `(?:${sizes.join('|')})`;

function nginx(context: PlanContext, id: string, port: number, server: string): PlannedProcess {
  return {
    id,
    part: 'cdn',
    node: 'cdn',
    order: id === 'cdn-regional' ? 500 : 501,
    addresses: [`${loopback}:${String(port)}`],
    command: programOf(context.programs, 'nginx'),
    args: ['-e', 'stderr', '-p', `${context.directoryOf(id)}/`, '-c', 'nginx.conf', '-g', 'daemon off;'],
    environment: {},
    stopSignal: 'SIGTERM',
    folders: ['tmp', 'cache'],
    files: { 'nginx.conf': configuration(server) },
  };
}

/** `tcp_nopush` stays off: on loopback it holds answers from the cache back for 45 ms. */
function configuration(server: string): string {
  return `worker_processes 1;
pid nginx.pid;
error_log stderr warn;
${process.getuid?.() === 0 ? 'user root;\n' : ''}events { worker_connections 4096; }
http {
  access_log off;
  server_tokens off;
  tcp_nodelay on;
  keepalive_timeout 60s;
  keepalive_requests 100000;
  client_header_timeout 5s;
  client_body_timeout 5s;
  send_timeout 10s;
  large_client_header_buffers 4 4k;
  client_max_body_size 1k;
  default_type application/octet-stream;
  client_body_temp_path tmp/body;
  proxy_temp_path tmp/proxy;
  fastcgi_temp_path tmp/fastcgi;
  uwsgi_temp_path tmp/uwsgi;
  scgi_temp_path tmp/scgi;
  proxy_cache_path cache levels=1:2 keys_zone=images:8m max_size=512m inactive=24h use_temp_path=off;
  proxy_http_version 1.1;
  proxy_connect_timeout 1s;
  proxy_read_timeout 5s;
  proxy_send_timeout 5s;
  proxy_pass_request_headers off;
  proxy_pass_request_body off;
  proxy_set_header Connection "";
  proxy_cache images;
  proxy_cache_methods GET HEAD;
  proxy_cache_lock on;
  proxy_cache_lock_timeout 5s;
  proxy_cache_valid 200 24h;
  proxy_cache_valid 403 404 5s;
  proxy_cache_use_stale error timeout updating http_500 http_502 http_503 http_504;
  proxy_cache_background_update on;
  proxy_ignore_headers Vary Set-Cookie Cache-Control Expires;
${server}}
`;
}

/**
 * The edge says which tier had the image. An image in its own cache keeps the regional cache's word from
 * the time it was fetched, so that is shown only when the edge had to ask.
 */
function edgeServer(port: number, regional: string): string {
  return `  map $http_accept $extension { default jpg; "~*image/webp" webp; }
  map $upstream_cache_status $tier { default edge; MISS $upstream_http_x_tier; EXPIRED $upstream_http_x_tier; BYPASS $upstream_http_x_tier; }
  upstream regional { server ${regional} max_fails=0; keepalive 32; }
  server {
    listen ${loopback}:${String(port)};
    location ~ "^/i/(?<id>${mediaId})/(?<size>${size})$" {
      limit_except GET { deny all; }
      proxy_cache_key $id/$size.$extension;
      proxy_pass http://regional/media/$id/$size.$extension;
      proxy_hide_header X-Tier;
      proxy_hide_header Vary;
      proxy_hide_header Set-Cookie;
      add_header ${cdnTierHeader} $tier always;
      add_header Vary Accept always;
      add_header Cross-Origin-Resource-Policy cross-origin always;
      add_header X-Content-Type-Options nosniff always;
    }
    location = /healthz { return 200; }
    location / { return 404; }
  }
`;
}

/** An object that may not be read is one that is not there: quarantined, or not made yet. */
function regionalServer(context: PlanContext, endpoints: Endpoints, port: number): string {
  const store = endpoints.parts.objectStore;
  if (store === undefined) throw new Error('The CDN needs an object store.');
  const [{ host, port: storePort }] = [store.hosts[0]!];
  const origin = routeOf(context.routes('cdn-regional'), host, storePort);
  const scheme = store.tls ? 'https' : 'http';
  const tls = store.tls
    ? `      proxy_ssl_server_name on;
      proxy_ssl_name ${host};
      proxy_ssl_verify on;
      proxy_ssl_verify_depth 4;
      proxy_ssl_trusted_certificate ${process.env.NODE_EXTRA_CA_CERTS ?? '/etc/ssl/certs/ca-certificates.crt'};
`
    : '';
  return `  map $upstream_cache_status $tier { default regional; MISS origin; EXPIRED origin; BYPASS origin; }
  upstream origin { server ${origin.host}:${String(origin.port)} max_fails=0; keepalive 32; }
  server {
    listen ${loopback}:${String(port)};
    location ~ "^/media/(?<object>${mediaId}/${size}\\.(?:webp|jpg))$" {
      proxy_cache_key $object;
      proxy_set_header Host ${host}:${String(storePort)};
      proxy_pass ${scheme}://origin/${store.path}/media/$object;
${tls}      proxy_intercept_errors on;
      error_page 403 404 =404 /missing;
      add_header X-Tier $tier always;
      add_header Cache-Control "public, max-age=86400" always;
    }
    location = /missing { internal; add_header X-Tier $tier always; return 404; }
    location = /healthz { return 200; }
    location / { return 404; }
  }
`;
}
