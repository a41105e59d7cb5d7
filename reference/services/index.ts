/**
 * Door of `reference/services`: what the stack, the replay and the checker use of the services. Each
 * service is a process of its own, `<name>/main.ts`, started by the stack.
 */
export { connectRedis, type Patience } from './platform/index.ts';
