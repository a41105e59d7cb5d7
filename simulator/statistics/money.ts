import {
  billOf,
  bytesAView,
  isBilled,
  storedBytesPerSecond,
  type ConfigOf,
  type Node,
  type Scenario,
} from '../../scenarios/index.ts';
import type { ComponentFigures, MoneyFigures, PhaseFigures } from '../result.ts';

type Figures = Pick<PhaseFigures, 'flows' | 'components'>;

/**
 * What the design costs a month at the rates of the run, and the bytes behind that. Follows from the
 * other figures and from prices, and so is no part of the digest: a new price list changes no result.
 */
export function moneyFigures(
  scenario: Scenario,
  figures: Figures,
): { readonly components: Figures['components']; readonly money: MoneyFigures } {
  const items: MoneyFigures['items'][number][] = [];
  const components = Object.fromEntries(
    Object.entries(figures.components).map(([id, component]): [string, ComponentFigures] => {
      const node = scenario.design.nodes.find((candidate) => candidate.id === id);
      if (node === undefined || !isBilled(node.kind)) return [id, component];
      const viewsPerSecond = viewsAt(node, scenario, figures);
      const bill = billOf(node, {
        throughputPerSecond: component.throughputPerSecond,
        getsPerSecond: numberOr0(component['getsPerSecond']),
        putsPerSecond: numberOr0(component['putsPerSecond']),
        viewsPerSecond,
      });
      for (const item of bill) items.push({ component: id, ...item });
      const moneyPerMonth = bill.reduce((sum, item) => sum + item.usdPerMonth, 0);
      return [id, { ...component, ...bytesAt(node, scenario, figures, viewsPerSecond), moneyPerMonth }];
    }),
  );
  return {
    components,
    money: { currency: 'USD', perMonth: items.reduce((sum, item) => sum + item.usdPerMonth, 0), items },
  };
}

/** Image views that a node answers to clients: a CDN all, storage those of a design without a CDN. */
function viewsAt(node: Node, { design }: Scenario, { flows, components }: Figures): number {
  if (node.kind === 'CDN') return components[node.id]!.throughputPerSecond;
  const kindOf = (id: string) => design.nodes.find((candidate) => candidate.id === id)?.kind;
  const fromClients = design.edges.some(
    ({ source, target }) => target === node.id && kindOf(source) === 'ReadClient',
  );
  const withCdn = design.nodes.some(({ kind }) => kind === 'CDN');
  return fromClients && !withCdn ? (flows['image-view']?.completedPerSecond ?? 0) : 0;
}

function bytesAt(
  node: Node,
  scenario: Scenario,
  { flows }: Figures,
  viewsPerSecond: number,
): Readonly<Record<string, number>> {
  if (node.kind === 'CDN')
    return { egressBytesPerSecond: viewsPerSecond * bytesAView(node.config as ConfigOf<'CDN'>) };
  if (node.kind === 'ObjectStorage')
    return {
      storedBytesPerSecond: storedBytesPerSecond(scenario, {
        originalsPerSecond: flows['media-transfer']?.completedPerSecond ?? 0,
        imagesDonePerSecond: flows['image-processing']?.completedPerSecond ?? 0,
      }),
    };
  return {};
}

const numberOr0 = (value: unknown): number => (typeof value === 'number' ? value : 0);
