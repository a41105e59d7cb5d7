/** The package has no types of its own. */
declare module 'cluster-key-slot' {
  /** Hash slot of a key, 0 to 16,383, hash tags respected (Redis Cluster specification). */
  export default function keySlot(key: string): number;
}
