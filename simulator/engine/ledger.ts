/**
 * Time ledgers of traced requests: where the time on the critical path went.
 *
 * A row has one entry a (component, category), and entry 0 is the time at which the row was opened.
 * A call opens a row for its callee and adds it to the caller's when the callee has succeeded; of
 * parallel branches the row of the last one counts; what a failed attempt took is retry time.
 */
export class Ledger {
  rows: Float64Array;
  private free: number[] = [];
  private used: number;

  /** @param width Entries a row, entry 0 included. */
  constructor(readonly width: number) {
    this.rows = new Float64Array(width * 256);
    this.used = width; // row 0 means: not traced
  }

  /** The time at which the next row is opened, ns; a double that is passed is boxed. */
  readonly now = new Float64Array(1);

  /** Offset of an empty row. */
  open(): number {
    const freed = this.free.pop();
    let row = freed ?? this.used;
    if (freed === undefined) {
      row = this.used;
      this.used += this.width;
      if (this.used > this.rows.length) {
        const rows = new Float64Array(this.rows.length * 2);
        rows.set(this.rows);
        this.rows = rows;
      }
    }
    this.rows[row] = this.now[0]!;
    return row;
  }

  close(row: number): void {
    if (row === 0) return;
    this.rows.fill(0, row, row + this.width);
    this.free.push(row);
  }

  /** Adds `from` to `into` and closes it. */
  merge(into: number, from: number): void {
    const { rows } = this;
    for (let i = 1; i < this.width; i++) rows[into + i]! += rows[from + i]!;
    this.close(from);
  }
}
