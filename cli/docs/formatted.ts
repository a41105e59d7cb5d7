import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface GeneratedPage {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

/** A page as the formatter would have it. */
export async function formatted({ path, text }: GeneratedPage): Promise<GeneratedPage> {
  // Development dependencies: loaded by who works on the documentation only.
  const { format, resolveConfig } = await import('prettier');
  const filepath = join(root, path);
  return { path, text: await format(text, { ...(await resolveConfig(filepath)), filepath }) };
}
