/** Rows of the series as columns that charts can draw; a column grows by one value a row. */
export class SeriesBuffer {
  readonly atSeconds: number[] = [];
  #paths: readonly string[] = [];
  readonly #columns = new Map<string, (number | null)[]>();

  /** Metric paths in the order in which they were announced. */
  get paths(): readonly string[] {
    return this.#paths;
  }

  setColumns(paths: readonly string[]): void {
    this.#paths = paths;
    for (const path of paths) {
      // A column that appears during the run has no values before.
      if (!this.#columns.has(path))
        this.#columns.set(
          path,
          this.atSeconds.map(() => null),
        );
    }
  }

  /** Appends `count` rows; `values` holds them one after the other, NaN for no value. */
  append(count: number, atSeconds: Float64Array, values: Float64Array): void {
    for (let row = 0; row < count; row += 1) this.atSeconds.push(atSeconds[row] ?? 0);
    this.#paths.forEach((path, index) => {
      const column = this.#columns.get(path);
      if (!column) return;
      for (let row = 0; row < count; row += 1) {
        const value = values[row * this.#paths.length + index];
        column.push(value === undefined || Number.isNaN(value) ? null : value);
      }
    });
  }

  has(path: string): boolean {
    return this.#columns.has(path);
  }

  /** One value a row; null where nothing was measured. */
  column(path: string): readonly (number | null)[] {
    return this.#columns.get(path) ?? this.atSeconds.map(() => null);
  }

  last(path: string): number | null {
    return this.#columns.get(path)?.at(-1) ?? null;
  }
}
