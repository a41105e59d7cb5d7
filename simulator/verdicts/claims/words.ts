/** A number as sentences have it: three significant digits, thousands grouped by commas. */
export function digits(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  let unit = 1;
  while (size / unit >= 1000) unit *= 10;
  while (size / unit < 100) unit /= 10;
  const rounded =
    unit >= 1 ? Math.round(value / unit) * unit : Math.round(value / unit) / Math.round(1 / unit);
  if (Math.abs(rounded) >= 1000) return String(Math.round(rounded)).replace(/\B(?=(\d{3})+$)/g, ',');
  // Three digits at most are left; division may have left more behind them.
  return String(Number(rounded.toPrecision(3)));
}

/** A ratio as a percentage. */
export function percent(ratio: number): string {
  return `${digits(100 * ratio)} %`;
}
