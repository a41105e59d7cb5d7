/** Door of the prices: what a design costs, from dated list prices. */
export { prices, usdFor, HOURS_A_MONTH, SECONDS_A_MONTH, type Price, type PriceId } from './prices.ts';
export { billOf, bytesAView, isBilled, storedBytesPerSecond, type BillItem, type Usage } from './bills.ts';
