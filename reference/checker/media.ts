import { formats, sizes } from '../contract/index.ts';
import type { Facts } from './facts.ts';
import type { Variant } from './observed.ts';
import { Evidence, type PromiseVerdict } from './verdict.ts';

/** The images of acknowledged posts. */
export function judgeMedia({ observed, attempts }: Facts): PromiseVerdict[] {
  const images = new Evidence('images');
  for (const { postId, outcome } of attempts.values()) {
    const post = observed.posts.get(postId);
    if (outcome !== 'ok' || post === undefined || post.media === 'quarantined') continue;
    const wrong = firstWrong(observed.variants.get(postId) ?? []);
    images.check(
      postId,
      wrong ?? (post.media === 'ready' ? null : 'has all its variants, and is not marked ready'),
    );
  }
  return [images.verdict()];
}

function firstWrong(variants: readonly Variant[]): string | null {
  for (const format of formats)
    for (const sizePx of sizes) {
      const variant = variants.find((each) => each.format === format && each.sizePx === sizePx);
      const name = `variant ${String(sizePx)}.${format}`;
      if (variant === undefined) return `${name} is missing`;
      if (variant.wrong !== null) return `${name}: ${variant.wrong}`;
    }
  return null;
}
