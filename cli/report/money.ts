import { prices, type PriceId } from '../../scenarios/index.ts';
import type { Result } from '../../simulator/index.ts';
import { figure, table, type Column } from './text.ts';

type Money = NonNullable<Result['money']>;
type Row = {
  readonly component: string;
  readonly what: string;
  readonly quantity: string;
  readonly usd: number;
};

const dollars = (usd: number): string => `$${Math.round(usd).toLocaleString('en-US')}`;

const columns: readonly Column<Row>[] = [
  { title: 'component', align: 'left', text: ({ component }) => component },
  { title: 'a month', text: ({ usd }) => dollars(usd) },
  { title: '', align: 'left', text: ({ what, quantity }) => `${what}${quantity}` },
];

/** What the design costs a month, line by line, and all together. */
export function moneyTable(money: Money | undefined): string[] {
  if (money === undefined) return [];
  const lines = money.items.map(({ component, price, quantity, usdPerMonth, basis }): Row => {
    const { title, unit } = prices[price as PriceId];
    const note = basis === 'usage' ? ' at the rate of this run' : '';
    return { component, what: title, quantity: `: ${figure(quantity)} ${unit}${note}`, usd: usdPerMonth };
  });
  return table(columns, [...lines, { component: 'total', what: '', quantity: '', usd: money.perMonth }]);
}
