import type { ConfigOf } from '../../scenarios/index.ts';
import { streamHash } from '../../scenarios/sampling/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { Component } from './component.ts';
import { callOne, readOperations, writeOperations } from './request-routing.ts';
import { UserRateLimit } from './user-rate-limit.ts';

/** Register that says whether the user is over the limit. */
const OVER_LIMIT = 2;

/** Checks tokens on its cores, answers 429 over a user's limit, and routes by flow. */
export const apiGateway: Component<ConfigOf<'ApiGateway'>> = {
  kind: 'ApiGateway',
  build(node) {
    const { instances, cores, jwtDemand, jwtDelay, uploadsPerUserPerHour, likesPerUserPerHour } = node.config;
    const station = node.stations('cores', { count: instances, servers: cores, counts: 'servers' });
    const activeUsers = Math.max(1, Math.round(node.population.users * node.population.activeRatio));

    const limit = (name: string, perHour: number | null) => {
      if (perHour === null) return null;
      const stream = streamHash(`${node.id}.${name}`);
      return node.native(name, (run) => {
        const limiter = run.state(`${node.id}/${name}`, () => new UserRateLimit(activeUsers, perHour));
        return (frame) => (limiter.admit(run.time(frame), (index) => run.draw(frame, stream, index)) ? 0 : 1);
      });
    };
    // An upload counts once: when it asks where to send its photo, or brings it.
    const uploads = limit('upload-limit', uploadsPerUserPerHour);
    const limits = new Map([
      ['presign', uploads],
      ['upload-post', uploads],
      ['like', limit('like-limit', likesPerUserPerHour)],
    ]);

    const answer = (operation: string) => (p: ProcedureBuilder) => {
      const limiter = limits.get(operation) ?? null;
      // Requests are counted in the order in which they come; who is over the limit is told after the check.
      if (limiter !== null) p.native(limiter, { into: OVER_LIMIT });
      p.visit(station, jwtDemand, { at: { by: 'register', register: 0 } }).delay(jwtDelay, 'service', 'jwt');
      if (limiter !== null) p.switch(OVER_LIMIT, [() => {}, (over) => over.fail('rateLimited')]);
      callOne(p, node, operation, { pass: 1 });
    };
    return {
      instances,
      operations: Object.fromEntries(
        [...readOperations, ...writeOperations].map((operation) => [operation, answer(operation)]),
      ),
    };
  },
};
