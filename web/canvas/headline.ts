import { findKind } from '../../scenarios/index.ts';
import { figureLabel, formatByName, formatSeconds } from '../ui/index.ts';

/** The one figure on a node: what it is called and how much it is. */
export interface Headline {
  readonly label: string;
  readonly text: string;
}

/** Figures that are a group in the result and columns of their own in the series. */
const groupMembers: Readonly<Record<string, string>> = { backlog: 'mean', lagSeconds: 'p99', waitMs: 'p99' };

/** The kind's figure; where a design does not produce it, the nearest thing that every node has. */
export function headlineOf(kind: string, values: Readonly<Record<string, number | null>>): Headline | null {
  const wanted = findKind(kind)?.headline;
  const candidates = [wanted, 'utilization', 'throughputPerSecond'];
  for (const figure of candidates) {
    if (figure === undefined) continue;
    const member = groupMembers[figure];
    const name = member !== undefined && !(figure in values) ? `${figure}.${member}` : figure;
    const value = values[name];
    if (value === null || value === undefined) continue;
    const text = figure === 'lagSeconds' ? formatSeconds(value) : formatByName(name, value);
    return { label: figureLabel(figure), text };
  }
  return null;
}
