/** Module hooks of mutant.mjs: they run below those of tsx, so that it compiles the changed source. */
let mutation;

export function initialize(data) {
  mutation = data;
}

export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  if (!new URL(url).pathname.endsWith(mutation.file)) return loaded;
  let source = String(loaded.source);
  for (const { guard, without } of mutation.changes) {
    // A guard that is not found was changed or moved: without this, the mutant would be the original.
    if (source.split(guard).length !== 2)
      throw new Error(`MUTANT: ${mutation.file} does not have the guard once: ${guard}`);
    source = source.replace(guard, () => without);
  }
  return { ...loaded, source };
}
