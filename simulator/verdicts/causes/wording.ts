import type { FailureEpisode, LevelChange, Surge, WorkShift } from '../../statistics/index.ts';

/** Plain English for what was noticed; all figures with their units. */

export const atSecond = (seconds: number): string => `${seconds.toFixed(1)} s`;

export function milliseconds(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms >= 100 ? ms.toFixed(0) : Number(ms.toPrecision(2))} ms`;
}

export const percent = (ratio: number): string =>
  `${ratio >= 0.1 ? (100 * ratio).toFixed(0) : Number((100 * ratio).toPrecision(2))} %`;

const times = (ratio: number): string => (ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(1));

export function shiftText({ component, what, unit, beforeMs, afterMs }: WorkShift): string {
  const change = `${milliseconds(beforeMs)} before, ${milliseconds(afterMs)} then`;
  return what === 'network'
    ? `the network to ${component} became slow (${change})`
    : `${component}${unit === null ? '' : ` ${unit}`} became slow at its own work (${change})`;
}

export function failureText({ component, mode, caller, unit }: FailureEpisode): string {
  const where = `${component}${unit === null ? '' : ` ${unit}`}`;
  switch (mode) {
    case 'refused':
      return `${where} refused requests`;
    case 'silent':
      return `${where} waited in vain for a part of itself`;
    case 'cut':
      return `nothing passed from ${caller} to ${component}`;
    case 'held':
      return `${where} let requests wait for a leader or a lock`;
    case 'queue-full':
      return `${where} rejected requests, its queue being full`;
    case 'over-limit':
      return `${where} rejected requests beyond a rate limit`;
    case 'shed':
      return `${where} shed load`;
    case 'not-found':
      return `${where} did not have what was asked for`;
    case 'timed-out':
      return `calls of ${caller} to ${component} timed out`;
    case 'breaker-open':
      return `${caller} stopped calling ${component}, its circuit breaker being open`;
  }
}

export function levelText({ component, what, before, after }: LevelChange): string {
  const change = `${after} instead of ${before}`;
  switch (what) {
    case 'servers':
      return `${component} lost servers (${change})`;
    case 'instances':
      return `${component} lost instances (${change})`;
    case 'workers':
      return `${component} lost workers (${change})`;
    case 'partitions':
      return `nothing could be fetched from partitions of ${component} (open: ${change})`;
    case 'key rate':
      return `${component} could serve one key less often (${change} a second)`;
  }
}

export function surgeText({ component, what, name, ratio }: Surge): string {
  switch (what) {
    case 'arrivals':
      return `${component} sent ${times(ratio)} times as many ${name} requests as ordinarily`;
    case 'new arrivals':
      return `${component} sent ${name} requests besides the ordinary ones, for one post (${ratio.toFixed(0)} a second at first)`;
    case 'key':
      return `one key of ${component}, ${name}, was asked for ${times(ratio)} times as much as before`;
    case 'misses':
      return `${component} missed ${times(ratio)} times as often as before`;
  }
}
