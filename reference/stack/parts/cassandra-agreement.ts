import { Client, policies, types } from 'cassandra-driver';

/**
 * A node that answers CQL may still be alone. The cluster is there when every node knows all others and
 * all have one version of the schema; before that, a change of the schema goes wrong.
 *
 * @returns null when it is there, otherwise what is missing
 */
export async function nodesAgree(hosts: readonly string[], port: number): Promise<string | null> {
  const views = await Promise.all(hosts.map((host) => viewOf(host, port, hosts.length)));
  const failure = views.find((view) => 'problem' in view);
  if (failure !== undefined && 'problem' in failure) return failure.problem;
  const versions = new Set(views.flatMap((view) => ('versions' in view ? view.versions : [])));
  return versions.size === 1 ? null : `${String(versions.size)} versions of the schema`;
}

type View = { readonly versions: readonly string[] } | { readonly problem: string };

/** What one node knows; asked of this node alone. */
async function viewOf(host: string, port: number, nodes: number): Promise<View> {
  const client = new Client({
    contactPoints: [`${host}:${String(port)}`],
    localDataCenter: 'datacenter1',
    policies: {
      loadBalancing: new policies.loadBalancing.AllowListPolicy(
        new policies.loadBalancing.RoundRobinPolicy(),
        [`${host}:${String(port)}`],
      ),
    },
    pooling: { coreConnectionsPerHost: { [types.distance.local]: 1 } },
    socketOptions: { connectTimeout: 1000, readTimeout: 3000 },
    isMetadataSyncEnabled: false,
  });
  try {
    await client.connect();
    const local = await client.execute('SELECT schema_version FROM system.local');
    const peers = await client.execute('SELECT schema_version FROM system.peers');
    if (peers.rows.length < nodes - 1)
      return { problem: `${host} knows ${String(peers.rows.length + 1)} of ${String(nodes)} nodes` };
    return { versions: [...local.rows, ...peers.rows].map((row) => String(row.schema_version)) };
  } catch (error) {
    return { problem: `${host}: ${(error as Error).message.split('\n')[0]!}` };
  } finally {
    await client.shutdown().catch(() => undefined);
  }
}
