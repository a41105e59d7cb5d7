import type { Step } from './steps.ts';

/**
 * May a callee's work at its own stations be done when the request is sent, a constant latency before
 * it arrives? It may when nothing in the procedure waits for the clock before such work: then every
 * visit comes at the same distance behind the clock, and the order of visits is that of arrivals.
 * Delays, counts and draws do not wait; a call, a hold or a fork does, and may only follow.
 */
export function mayWorkAhead(steps: readonly Step[]): boolean {
  return walk(steps) !== 'forbidden';
}

type Outcome = 'ahead' | 'left' | 'forbidden';

function walk(steps: readonly Step[]): Outcome {
  let outcome: Outcome = 'ahead';
  for (const step of steps) {
    const next = one(step);
    if (next === 'forbidden') return 'forbidden';
    if (outcome === 'left' && usesStations(step)) return 'forbidden';
    if (next === 'left') outcome = 'left';
  }
  return outcome;
}

function one(step: Step): Outcome {
  switch (step.op) {
    case 'delay':
    case 'count':
    case 'draw':
    case 'set':
    case 'fail':
    case 'limit':
    case 'native':
      return 'ahead';
    case 'visit':
      return step.group.mode === 'recursion' ? 'ahead' : 'forbidden';
    case 'chance':
      return worst([step.then, step.otherwise]);
    case 'switch':
      return worst(step.cases);
    case 'repeat': {
      const body = walk(step.body);
      return body === 'left' ? 'forbidden' : body;
    }
    case 'attempt':
      return worst([step.body, step.onFailure]);
    default:
      return usesStations(step) ? 'forbidden' : 'left';
  }
}

function worst(branches: readonly (readonly Step[])[]): Outcome {
  const outcomes = branches.map(walk);
  if (outcomes.includes('forbidden')) return 'forbidden';
  return outcomes.includes('left') ? 'left' : 'ahead';
}

/** Does the step, or one inside it, work at a station, a key or the component's own state? */
function usesStations(step: Step): boolean {
  switch (step.op) {
    case 'visit':
    case 'limit':
    case 'hold':
      return true;
    case 'native':
      return step.shared;
    case 'chance':
      return [...step.then, ...step.otherwise].some(usesStations);
    case 'switch':
      return step.cases.flat().some(usesStations);
    case 'repeat':
    case 'apart':
    case 'detach':
      return step.body.some(usesStations);
    case 'attempt':
      return [...step.body, ...step.onFailure].some(usesStations);
    case 'ensure':
      return [...step.body, ...step.after].some(usesStations);
    case 'parallel':
      return step.branches.flat().some(usesStations);
    default:
      return false;
  }
}
