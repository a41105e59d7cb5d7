import { drawUint32, streamHash } from '../../scenarios/sampling/index.ts';

/**
 * How long a Redis cluster takes from the death of primaries to the promotion of their replicas, by
 * playing through its protocol (Redis Cluster specification, "Failure detection" and "Replica election
 * and promotion"; Redis 7.0). Nothing is fitted; the times are checked against a real cluster's.
 *
 * - Each node pings each other once its last pong is half the node time-out old, and one more a second.
 *   So the first ping that stays unanswered is sent 0 to half a time-out after the death, by each node
 *   at another moment. A time-out later that node suspects the dead one (PFAIL).
 * - Pings and pongs carry suspicions. A node that suspects, and hears from so many primaries that with
 *   its own vote they are a majority of all primaries, declares the failure (FAIL) to everybody.
 * - The replica waits 500 ms and up to 500 ms more, asks for votes, and is promoted by a majority, which
 *   takes a round trip. Nodes look at their timers ten times a second.
 */
export interface RedisCluster {
  /** cluster-node-timeout, s. */
  readonly nodeTimeoutSeconds: number;
  readonly primaries: number;
  /** Primaries that die at once, each with a replica that lives. */
  readonly lost: number;
}

const TIMER_SECONDS = 0.1;
const ELECTION_SECONDS = 0.5;
const ELECTION_SPREAD_SECONDS = 0.5;
const RANDOM_PING_SECONDS = 1;
/** Rounds of the protocol that the mean is taken over: its standard deviation is about 5 %. */
const ROUNDS = 40;
/** A larger cluster is played through as one of this size: what counts are shares of the primaries. */
const MOST_PRIMARIES = 32;
const STREAM = streamHash('redis-failover');

const known = new Map<string, number>();

/** Mean time until the replicas are promoted, s; Infinity when the primaries that are left are no majority. */
export function promotionSeconds(cluster: RedisCluster): number {
  const { nodeTimeoutSeconds, primaries, lost } = cluster;
  if (primaries - lost < majorityOf(primaries)) return Infinity;
  const name = `${nodeTimeoutSeconds}/${primaries}/${lost}`;
  let mean = known.get(name);
  if (mean === undefined) {
    const scale = Math.min(1, MOST_PRIMARIES / primaries);
    const played = {
      nodeTimeoutSeconds,
      primaries: Math.round(primaries * scale),
      lost: scale === 1 ? lost : Math.floor(lost * scale),
    };
    let sum = 0;
    for (let round = 0; round < ROUNDS; round++) sum += playRound(played, round);
    mean = sum / ROUNDS;
    known.set(name, mean);
  }
  return mean;
}

const majorityOf = (primaries: number): number => Math.floor(primaries / 2) + 1;

interface Exchange {
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** The first of the pings at `first` and every `period` after it that is not before `since`, s. */
function nextPing(first: number, period: number, since: number): number {
  return first + Math.max(0, Math.ceil((since - first) / period)) * period;
}

function playRound({ nodeTimeoutSeconds: timeout, primaries, lost }: RedisCluster, round: number): number {
  let draws = 0;
  const uniform = (): number => (drawUint32(draws++, round, STREAM, 0) + 0.5) * 2.3283064365386963e-10;
  const atTimer = (seconds: number): number => seconds + uniform() * TIMER_SECONDS;
  // Primaries that live come first, then all replicas.
  const voters = primaries - lost;
  const nodes = voters + primaries;
  const suspects = Array.from({ length: nodes }, () => atTimer(timeout + (uniform() * timeout) / 2));

  const exchanges: Exchange[] = [];
  const last = 2.5 * timeout + RANDOM_PING_SECONDS;
  for (let from = 0; from < nodes; from++) {
    for (let to = 0; to < nodes; to++) {
      if (to === from) continue;
      const first = timeout + (uniform() * timeout) / 2;
      // Of all pings from one to the other, two can tell anything new: the first that one of the two puts
      // its suspicion in, and the first when both have one.
      const early = nextPing(first, timeout / 2, Math.min(suspects[from]!, suspects[to]!));
      const late = nextPing(first, timeout / 2, Math.max(suspects[from]!, suspects[to]!));
      exchanges.push({ at: early, from, to });
      if (late > early) exchanges.push({ at: late, from, to });
    }
    // Of random pings, too, only two between the same nodes tell anything new.
    const told = new Uint8Array(nodes);
    for (let at = timeout + uniform() * RANDOM_PING_SECONDS; at < last; at += RANDOM_PING_SECONDS) {
      const to = (from + 1 + Math.floor(uniform() * (nodes - 1))) % nodes;
      const suspicions = Number(at >= suspects[from]!) + Number(at >= suspects[to]!);
      if (suspicions <= told[to]!) continue;
      told[to] = suspicions;
      exchanges.push({ at, from, to });
    }
  }
  exchanges.sort((a, b) => a.at - b.at);

  const reports = Array.from({ length: nodes }, () => new Set<number>());
  const declares = (hearer: number, teller: number, at: number): boolean => {
    if (teller >= voters || at < suspects[teller]!) return false;
    reports[hearer]!.add(teller);
    const own = hearer < voters ? 1 : 0;
    return at >= suspects[hearer]! && reports[hearer]!.size + own >= majorityOf(primaries);
  };
  const declared = exchanges.find(({ at, from, to }) => declares(to, from, at) || declares(from, to, at))!.at;
  return atTimer(atTimer(declared) + ELECTION_SECONDS + uniform() * ELECTION_SPREAD_SECONDS);
}
