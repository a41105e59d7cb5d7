/** Figures and tables as plain text for the terminal. */

/** A column of a table; numbers are set right, text left. */
export interface Column<Row> {
  readonly title: string;
  readonly align?: 'left' | 'right';
  readonly text: (row: Row) => string;
}

const none = '-';

/** Three significant digits, thousands grouped, `-` for no value. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined) return none;
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 0.001) return value.toExponential(1);
  const decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** A ratio as a percentage; a ratio that is not zero never reads as zero. */
export function percent(ratio: number | null | undefined): string {
  if (ratio === null || ratio === undefined) return none;
  if (ratio > 0 && ratio < 0.0001) return '<0.01 %';
  return `${(100 * ratio).toFixed(ratio >= 0.1 ? 1 : 2)} %`;
}

export function interval(bounds: readonly [number, number] | null | undefined): string {
  return bounds ? `${figure(bounds[0])} .. ${figure(bounds[1])}` : none;
}

/** Lines of a table: a heading, then one line a row, columns two spaces apart. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  const cells = [columns.map((c) => c.title), ...rows.map((row) => columns.map((c) => c.text(row)))];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i]!.length)));
  return cells.map((line) =>
    line
      .map((cell, i) => (columns[i]!.align === 'left' ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
}

/** A titled block, or nothing when there is nothing to say. */
export function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}
