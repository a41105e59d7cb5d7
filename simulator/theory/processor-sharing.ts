/**
 * Mean time in M/G/1 under egalitarian processor sharing: E[S] / (1 - rho), whatever the distribution.
 * Source: Sakata, Noguchi & Oizumi (1971); Kleinrock (1976), Queueing Systems II, 4.4.
 */
export function processorSharingMeanSojourn(arrivalRate: number, meanService: number): number {
  return meanService / (1 - arrivalRate * meanService);
}
