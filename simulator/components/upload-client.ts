import type { Arrivals, ConfigOf } from '../../scenarios/index.ts';
import { likesOf } from '../../scenarios/sampling/index.ts';
import type { ProcedureBuilder } from '../compile/procedure.ts';
import type { NativeContext } from '../engine/native.ts';
import type { Component, EventEffect } from './component.ts';
import { callOne } from './request-routing.ts';
import {
  MAXIMUM_ACCOUNTS,
  whaleAccounts,
  type ViralPostEntry,
  type WhalePost,
  type WhalePostEntry,
} from './whale-accounts.ts';

/** Register that holds the number of the `whale-post` that a request is about; 0: an ordinary one. */
const POST = 1;

/** Users who post photos, like and comment. */
export const uploadClient: Component<ConfigOf<'UploadClient'>> = {
  kind: 'UploadClient',
  build(node) {
    const { photoUpload, like, comment, uploads, mediaBytes, uploadMegabitsPerSecond } = node.config;
    const [storage] = node.targetsOf('ObjectStorage');
    const uploadRoot = `${node.id}/photo-upload`;
    const likeRoot = `${node.id}/like`;
    const transferMs = (mediaBytes * 8) / (uploadMegabitsPerSecond * 1000);
    const { finished } = node;
    const mediaTransfer = node.flow('media-transfer');

    const authors = new Set(
      node.timeline.flatMap((entry) =>
        entry.kind === 'whale-post'
          ? [entry.author ?? entry.id]
          : entry.kind === 'viral-post'
            ? [entry.id]
            : [],
      ),
    );
    if (authors.size > MAXIMUM_ACCOUNTS)
      node.refuse(
        `The timeline has whale posts by ${authors.size} accounts, and a run keeps ${MAXIMUM_ACCOUNTS} apart.`,
        'Let some of the posts have the same author.',
      );

    const acknowledge = node.native('acknowledge', (run) => (frame) => {
      whaleAccounts(run).acknowledge(run.register(frame, POST), run.time(frame));
      return 0;
    });

    const transfer = (p: ProcedureBuilder): ProcedureBuilder =>
      p.delay({ distribution: 'constant', ms: transferMs }, 'network', 'transfer');
    const upload = (p: ProcedureBuilder): void => {
      if (uploads === 'presigned') {
        callOne(p, node, 'presign');
        if (storage !== undefined)
          p.apart(mediaTransfer, (direct) => transfer(direct).call(storage.edge, 'put'));
        callOne(p, node, 'create-post', { pass: POST });
      } else {
        // The user's network is in front of the service, whose proxy hands a request on when it is complete.
        p.apart(mediaTransfer, transfer);
        callOne(p, node, 'upload-post', { pass: POST });
      }
      p.switch(POST, [() => {}, (whale) => whale.native(acknowledge)]);
    };
    const flow = (
      name: string,
      root: string,
      arrivals: Arrivals | null,
      steps: (p: ProcedureBuilder) => void,
    ): void => {
      if (arrivals === null) return;
      node.root(root, {
        flow: name,
        ...(arrivals.process === 'closed' ? { think: arrivals.thinkTime } : {}),
        finished,
        steps,
      });
      node.source({ flow: name, root, arrivals });
    };
    const sendLike = (p: ProcedureBuilder): void => callOne(p, node, 'like', { pass: POST });
    flow('photo-upload', uploadRoot, photoUpload, upload);
    flow('like', likeRoot, like, sendLike);
    flow('comment', `${node.id}/comment`, comment, (p) => callOne(p, node, 'comment'));
    // A whale posts and is liked whatever the ordinary flows are: none, or users of a closed one.
    const eventRoot = (root: string): string => `${root}/event`;
    node.root(eventRoot(uploadRoot), { flow: 'photo-upload', finished, steps: upload });
    node.root(eventRoot(likeRoot), { flow: 'like', finished, steps: sendLike });

    const likes = (run: NativeContext, { entry, number }: WhalePost, since: number): void => {
      const drawn = likesOf(entry, since);
      if (drawn === null) return;
      run.addSource({
        name: `${likeRoot}/${entry.id}`,
        root: eventRoot(likeRoot),
        register: number,
        ...drawn,
      });
    };
    const post = (entry: WhalePostEntry): EventEffect => ({
      effect: 'call',
      begin: (run) => {
        const whalePost = whaleAccounts(run).post(entry);
        if (whalePost.claimed) return;
        whalePost.claimed = true;
        run.start({
          name: `${uploadRoot}/${entry.id}`,
          root: eventRoot(uploadRoot),
          register: whalePost.number,
        });
        whalePost.onAcknowledged.push((since) => likes(run, whalePost, since));
      },
      end: () => {},
    });
    /** A post that has been there for a while is found: only its likes are new. */
    const goViral = (entry: ViralPostEntry): EventEffect => ({
      effect: 'call',
      begin: (run) => {
        const viralPost = whaleAccounts(run).post(entry);
        if (viralPost.claimed) return;
        viralPost.claimed = true;
        likes(run, viralPost, run.now());
      },
      end: () => {},
    });

    return {
      operations: {},
      onEvent: (entry) => {
        if (entry.kind === 'whale-post') return post(entry);
        if (entry.kind === 'viral-post') return goViral(entry);
        if (entry.kind === 'traffic-spike' && entry.target === node.id)
          return { effect: 'scale-arrivals', flows: entry.flows, multiplier: entry.multiplier };
        return null;
      },
    };
  },
};
