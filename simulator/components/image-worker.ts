import type { ConfigOf, Distribution } from '../../scenarios/index.ts';
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

/** Reads the original, makes and checks the variants, writes them all at once, records them. */
export const imageWorker: Component<ConfigOf<'ImageWorker'>> = {
  kind: 'ImageWorker',
  build(node) {
    const { config } = node;
    const variants = config.sizes * config.formats;
    const each = (step: (p: ProcedureBuilder) => void) => Array.from({ length: variants }, () => step);
    const quarantined = config.quarantineRatio > 0 ? node.counter('quarantinedPerSecond', 'perSecond') : null;

    const makeOne = (p: ProcedureBuilder): void => {
      p.delay(config.variantDemand, 'service', 'variant');
    };
    const makeAll = (p: ProcedureBuilder): void => {
      if (config.variants === 'parallel') p.parallel(each(makeOne), 'variants');
      else for (const make of each(makeOne)) make(p);
    };
    const makeAndCheck = (p: ProcedureBuilder): void => {
      if (takesNoTime(config.moderationTime)) return makeAll(p);
      p.parallel(
        [makeAll, (check) => check.delay(config.moderationTime, 'service', 'moderation')],
        'moderation',
      );
    };
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
      makeAndCheck(p);
      p.chance(
        config.quarantineRatio,
        (held) => held.count(quarantined!),
        (clean) => clean.parallel(each((q) => callOne(q, node, 'put'))),
        'quarantine',
      );
      if (targetsThatOffer(node, 'write-quorum').length > 0) callOne(p, node, 'write-quorum');
      p.native(tell);
    };
    return consumeTopic(node, { flow: 'image-processing' }, (p) =>
      p.set(ATTEMPTS, untilItIsDone).repeat(ATTEMPTS, (again) =>
        again.attempt(
          (attempt) => {
            processImage(attempt);
            attempt.set(ATTEMPTS, 1);
          },
          (failed) => failed.delay(pauseBeforeAgain, 'retry', 'pause').reenter('again'),
        ),
      ),
    );
  },
};

const takesNoTime = (time: Distribution): boolean => time.distribution === 'constant' && time.ms === 0;
