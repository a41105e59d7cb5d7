import type { NativeContext } from '../engine/native.ts';

/**
 * How far image processing has come in one run, for those who would show an image: the workers tell, the
 * CDN asks. Photos are processed in about the order of their upload.
 */
export class ProcessedImages {
  /** Acknowledgement of the latest photo that is done, ns; null: nobody processes, or nobody has to. */
  private untilNs: number | null = null;
  private readonly posts = new Set<number>();

  /** There are workers: what was uploaded before the run is done, what comes now is their work. */
  begin(): void {
    this.untilNs ??= 0;
  }

  /** @param post Number of the `whale-post` that the photo is of; 0: an ordinary one. */
  done(uploadedNs: number, post: number): void {
    this.untilNs = Math.max(this.untilNs ?? 0, uploadedNs);
    if (post > 0) this.posts.add(post);
  }

  isDone(uploadedNs: number): boolean {
    return this.untilNs === null || uploadedNs <= this.untilNs;
  }

  isPostDone(post: number): boolean {
    return this.untilNs === null || this.posts.has(post);
  }
}

export const processedImages = (run: NativeContext): ProcessedImages =>
  run.state('processed-images', () => new ProcessedImages());
