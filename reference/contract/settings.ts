import { z } from 'zod';

/** Variants: longest side in pixels. Source: the published design. */
export const sizes = [150, 600, 1080, 2048] as const;
export const formats = ['webp', 'jpg'] as const;

/**
 * What a scenario's bench-scale design decides about the services: taken from the configuration of the
 * nodes by reference/replay, handed to each process in one environment variable.
 */
const settings = z.strictObject({
  /** Processes. */
  gateways: z.int().min(1).default(1),
  feedServices: z.int().min(1).default(2),
  uploadServices: z.int().min(1).default(2),
  imageWorkers: z.int().min(0).default(1),
  fanoutWorkers: z.int().min(0).default(1),

  /** From this many followers on an author is pulled instead of pushed. */
  whaleThreshold: z.int().min(1).default(10_000),
  /** Posts of a whale that a feed read pulls are at most this old, s. */
  whaleWindowSeconds: z.int().min(1).default(86_400),
  /** How long the whale flag is cached, s. */
  whaleFlagTtlSeconds: z.int().min(1).default(3600),
  /** Posts in a feed. */
  feedLength: z.int().min(1).default(500),
  /** Posts that one feed read returns. */
  pageLength: z.int().min(1).default(20),
  /** Time to live of a cached feed, s; renewed by pushes, not by reads. */
  feedTtlSeconds: z.int().min(1).default(600),
  /** Pulls of one feed read at a time. */
  pullParallelism: z.int().min(1).default(8),
  /** Share of readers ranked by the model; the others, and those under 50 interactions, by time. */
  rankedShare: z.number().min(0).max(1).default(1),
  /** Interactions from which on a reader is ranked. */
  coldStartInteractions: z.int().min(0).default(50),
  /** Lag of the fan-out, s, from which on all feeds are pulled; null: never. */
  pullOnLagSeconds: z.number().min(0).nullable().default(30),

  uploadsPerHour: z.int().min(1).default(100),
  likesPerHour: z.int().min(1).default(1000),
  /** Followers pushed to in one pipeline a shard. */
  fanoutBatch: z.int().min(1).default(500),
  /** Images that one worker makes at a time. */
  imagesAtOnce: z.int().min(1).default(1),
  /** Pixels of the largest picture that is decoded. */
  maximumPixels: z.int().min(1).default(50_000_000),

  /** Secret of the tokens; made anew by each `up`. */
  jwtSecret: z.string().min(32),
});
export type ApplicationSettings = z.output<typeof settings>;

/** What a scenario decides; the rest has the defaults above. */
export type GivenSettings = Partial<z.input<typeof settings>>;

/** With the defaults filled in. @throws Error when a value is out of range */
export function settingsFrom(given: z.input<typeof settings>): ApplicationSettings {
  return settings.parse(given);
}

const variable = 'FANOUT_LAB_SETTINGS';

/** For a child process. */
export function settingsToEnvironment(value: z.input<typeof settings>): Record<string, string> {
  return { [variable]: JSON.stringify(settings.parse(value)) };
}

/** @throws Error when the variable is missing or not what `settingsToEnvironment` wrote: our own fault */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): ApplicationSettings {
  const text = environment[variable];
  if (text === undefined) throw new Error(`${variable} is not set: processes are started by the stack.`);
  return settings.parse(JSON.parse(text));
}
