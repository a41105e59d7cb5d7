import type { ConfigOf } from '../../scenarios/index.ts';

type PostgreSQLConfig = ConfigOf<'PostDB'>['postgresql'];

/**
 * Levels of a B-tree over `rows` entries when a page holds `entriesPerPage` of them: the pages that a
 * look-up visits from the root to the leaf, the logarithm of the rows, rounded up (Bayer and
 * McCreight, Organization and Maintenance of Large Ordered Indexes, Acta Informatica 1972).
 */
export function indexDepth(rows: number, entriesPerPage: number): number {
  let depth = 1;
  for (let pages = Math.ceil(rows / entriesPerPage); pages > 1; pages = Math.ceil(pages / entriesPerPage))
    depth++;
  return depth;
}

/** Size of a page of PostgreSQL, bytes. */
const PAGE_BYTES = 8192;

/**
 * Share of leaf and heap pages that are not in memory. Requests ask for the rows of the hot share, each
 * as often as another, so that a least-recently-used cache holds the share of their pages that fits
 * (King, Analysis of Demand Paging Algorithms, IFIP 1971). The pages above the leaves always fit.
 */
export function pageMissRatio(config: PostgreSQLConfig): number {
  const { rows, rowBytes, indexes, entriesPerPage, hotRatio, cacheBytes } = config;
  const hotBytes = rows * hotRatio * (rowBytes + indexes * (PAGE_BYTES / entriesPerPage));
  return hotBytes <= cacheBytes ? 0 : 1 - cacheBytes / hotBytes;
}
