import { findBuiltin, parseScenario, type Parsed } from '../../scenarios/index.ts';
import type { Form } from './protocol.ts';

/**
 * The scenario of a file in the form that runs.
 *
 * @param set Values by path, laid over everything else.
 * @throws InputError with every problem
 */
export function parse(text: string, form: Form, set: Readonly<Record<string, unknown>> = {}): Parsed {
  return parseScenario(text, { find: findBuiltin, set, ...(form === 'short' ? { form } : {}) });
}
