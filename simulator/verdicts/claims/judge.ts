import type { Interval } from '../../result.ts';
import type { Bounds, Claim, Evidence } from './claim.ts';

export type ClaimVerdict = 'holds' | 'fails' | 'depends';

/** One line of the claims file. */
export interface JudgedClaim {
  readonly id: string;
  readonly claim: string;
  readonly scenario: string;
  readonly expected: Bounds;
  readonly observed: number | null;
  readonly ci95: Interval | null;
  readonly unit: string;
  readonly verdict: ClaimVerdict;
  /** On which it turns; null when on nothing that could be otherwise. */
  readonly parameter: string | null;
  readonly flipsAt: number | null;
  /** The claim with the parameter on either side of `flipsAt`. */
  readonly sides: readonly {
    readonly at: number;
    readonly observed: number | null;
    readonly verdict: 'holds' | 'fails';
  }[];
  readonly why: string;
  /** The same claim with full pulls, counts for each post and pushes that begin no feeds; null where that changes nothing. */
  readonly again: {
    readonly observed: number | null;
    readonly ci95: Interval | null;
    readonly verdict: 'holds' | 'fails';
    readonly why: string;
  } | null;
}

/** Does the figure lie within the bounds? A figure without a value does not. */
export function holdsFor({ between, atMost, atLeast }: Bounds, value: number | null): boolean {
  return (
    value !== null &&
    (between === undefined || (value >= between[0] && value <= between[1])) &&
    (atMost === undefined || value <= atMost) &&
    (atLeast === undefined || value >= atLeast)
  );
}

/**
 * Judges a claim by the evidence. It holds or fails by its figure; it depends when its figure turns on
 * a parameter for which the published design states no value, and both judgements are shown.
 *
 * @throws Error when the two sides of a turn do not differ, or do not lie on both sides of the flip.
 */
export function judgeClaim(claim: Claim, evidence: Evidence): JudgedClaim {
  const { id, expected, turn } = claim;
  const { value, ci95 } = claim.observe(evidence);
  const outcome = (figure: number | null): 'holds' | 'fails' =>
    holdsFor(expected, figure) ? 'holds' : 'fails';
  const sides = (turn?.sides(evidence) ?? []).map(({ at, observed }) => ({
    at,
    observed,
    verdict: outcome(observed),
  }));
  const [below, above] = sides;
  if (turn !== undefined && below !== undefined && above !== undefined) {
    if (!(below.at < turn.flipsAt && turn.flipsAt < above.at))
      throw new Error(`${id}: ${turn.flipsAt} does not lie between ${below.at} and ${above.at}`);
    if (below.verdict === above.verdict)
      throw new Error(
        `${id}: ${below.verdict} with ${turn.parameter} at ${below.at} (${below.observed}) and at ${above.at} (${above.observed})`,
      );
  }
  const second = claim.again?.observe(evidence);
  return {
    id,
    claim: claim.claim,
    scenario: claim.scenario,
    expected,
    observed: value,
    ci95,
    unit: claim.unit,
    verdict: turn?.stated === 'open' ? 'depends' : outcome(value),
    parameter: turn?.parameter ?? null,
    flipsAt: turn?.flipsAt ?? null,
    sides,
    why: typeof claim.why === 'string' ? claim.why : claim.why(evidence),
    again:
      claim.again === undefined || second === undefined
        ? null
        : { observed: second.value, ci95: second.ci95, verdict: outcome(second.value), why: claim.again.why },
  };
}
