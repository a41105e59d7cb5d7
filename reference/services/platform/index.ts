/**
 * Door of the platform: what every service process is made of, and the one port around each kind of
 * store. Services depend on the types here; tests replace the ports at these types.
 */
export { connectRedis, type Patience } from './redis.ts';
