/** A piece of a sentence; `node`: the node that it names. */
export interface FactPart {
  readonly text: string;
  readonly node: string | null;
}

/** Cuts a sentence where it names nodes, by their whole ids; a first letter may be a capital. */
export function partsOf(text: string, nodes: readonly string[]): readonly FactPart[] {
  if (nodes.length === 0) return [{ text, node: null }];
  // Ids have letters, digits and hyphens only; a longer one is not taken for a shorter one that it begins with.
  const ids = [...nodes].sort((a, b) => b.length - a.length);
  const named = new RegExp(`(?<![\\w-])(${ids.join('|')})(?![\\w-])`, 'i');
  return text
    .split(named)
    .map((part, i) => ({ text: part, node: i % 2 === 1 ? part.toLowerCase() : null }))
    .filter((part) => part.text !== '');
}
