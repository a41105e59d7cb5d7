/**
 * Mean time until both halves of a job are done at two M/M/1 queues that every job joins at once:
 * (12 - rho) / 8 / (mu - lambda).
 * Source: Flatto & Hahn (1984); Nelson & Tantawi (1988), IEEE Transactions on Computers 37, eq. 8.
 */
export function forkJoinOfTwoMean(arrivalRate: number, serviceRate: number): number {
  const rho = arrivalRate / serviceRate;
  return (12 - rho) / 8 / (serviceRate - arrivalRate);
}
