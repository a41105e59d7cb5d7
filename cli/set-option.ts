import { InvalidArgumentError } from 'commander';

/** Settings by path, as `--set` collects them. */
export type Settings = Readonly<Record<string, unknown>>;

/**
 * Reads `PATH=VALUE` and adds it to those before. The value is JSON; what is none is taken as text, so that
 * words need no quotes inside quotes.
 */
export function collectSetting(text: string, before: Settings): Settings {
  const equals = text.indexOf('=');
  if (equals < 1)
    throw new InvalidArgumentError('It must be a path, an equals sign and a value: server.servers=2.');
  const [path, value] = [text.slice(0, equals), text.slice(equals + 1)];
  return { ...before, [path]: parsed(value) };
}

function parsed(value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
