/** How many of each part; `small` fits tests and laptops, `full` is the published design with its guarantees. */
export interface Profile {
  readonly name: 'small' | 'full';
  /** Primaries of the Redis Cluster; each has one replica. */
  readonly redisShards: number;
  readonly cassandraNodes: number;
  /** Copies of a row, and of a partition of a topic. */
  readonly replicationFactor: number;
  readonly kafkaBrokers: number;
  /** Copies that must have a message before it is acknowledged. */
  readonly minimumInSyncReplicas: number;
  readonly cdnEdges: number;
}

export type ProfileName = Profile['name'];

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  small: {
    name: 'small',
    redisShards: 3,
    cassandraNodes: 1,
    replicationFactor: 1,
    kafkaBrokers: 1,
    minimumInSyncReplicas: 1,
    cdnEdges: 2,
  },
  full: {
    name: 'full',
    redisShards: 12,
    cassandraNodes: 3,
    replicationFactor: 3,
    kafkaBrokers: 3,
    minimumInSyncReplicas: 2,
    cdnEdges: 2,
  },
};
