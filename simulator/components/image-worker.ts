import type { ConfigOf } from '../../scenarios/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { Component } from './component.ts';
import { consumeTopic, pauseBeforeAgain } from './message-work.ts';
import { processedImages } from './processed-images.ts';
import { callOne, targetsThatOffer } from './request-routing.ts';

/** Register that counts attempts down. */
const ATTEMPTS = 0;
const untilItIsDone = 2 ** 30;
/** Register that holds the number of the `whale-post` that the photo is of; 0: an ordinary one. */
const POST = 1;

/** Reads the original, makes the variants one after the other, writes them all at once, records them. */
export const imageWorker: Component<ConfigOf<'ImageWorker'>> = {
  kind: 'ImageWorker',
  build(node) {
    const { workers, sizes, formats, variantDemand } = node.config;
    const variants = sizes * formats;
    const tell = node.native('processed', (run) => {
      const processed = processedImages(run);
      processed.begin();
      return (frame) => {
        processed.done(run.startNs(frame), run.register(frame, POST));
        return 0;
      };
    });
    const processImage = (p: ProcedureBuilder): void => {
      callOne(p, node, 'get');
      for (let i = 0; i < variants; i++) p.delay(variantDemand, 'service', 'variant');
      p.parallel(Array.from({ length: variants }, () => (q: ProcedureBuilder) => callOne(q, node, 'put')));
      if (targetsThatOffer(node, 'write-quorum').length > 0) callOne(p, node, 'write-quorum');
      p.native(tell);
    };
    return consumeTopic(node, { flow: 'image-processing', workers }, (p) =>
      p.set(ATTEMPTS, untilItIsDone).repeat(ATTEMPTS, (again) =>
        again.attempt(
          (attempt) => {
            processImage(attempt);
            attempt.set(ATTEMPTS, 1);
          },
          (failed) => failed.delay(pauseBeforeAgain, 'retry', 'pause'),
        ),
      ),
    );
  },
};
