/**
 * Door of `reference/faults`: the timeline of a scenario on real parts. `realForms` says for each kind what
 * happens; a `FaultSchedule` lets the `Faults` of a stack begin and end at their times.
 */
export { EdgeProxies } from './cut-edges.ts';
export { Faults, type Fault } from './faults.ts';
export { realForms, type RealForm, type TimelineKind } from './kinds.ts';
export { edgeKinds, unreproducibleFaults } from './reproducible.ts';
export { FaultSchedule, type FaultStep } from './schedule.ts';
export { mayMount } from './small-disk.ts';
export { TcpProxy, type ProxyMode } from './tcp-proxy.ts';
