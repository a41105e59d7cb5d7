/**
 * Door of `reference/stack`: the parts of the reference stack as processes of this machine. What is
 * started, on which ports, with which configuration; and how all of it is ended again.
 */
export { isReady } from './parts/is-ready.ts';
export { askNode } from './parts/redis-node.ts';
export { mountSource } from './mounts.ts';
export { measureFailOver } from './measure/index.ts';
export { portBlocks, portsFrom, readPortBase, type PortOf, type PortUse } from './ports.ts';
export { stackParts, type StackPart } from './process-spec.ts';
export type { Lifetime, Processes, ProcessState } from './processes.ts';
export { profiles, type Profile, type ProfileName } from './profile.ts';
export { startStack, type Progress, type Stack, type StackOptions } from './start.ts';
export { endStack, stackStatus, type StackStatus } from './status.ts';
