import { findBuiltin, parseScenario, type Parsed } from '../../scenarios/index.ts';
import type { Form } from './protocol.ts';

/** The scenario of a file in the form that runs. @throws InputError with every problem */
export function parse(text: string, form: Form): Parsed {
  return parseScenario(text, { find: findBuiltin, ...(form === 'short' ? { form } : {}) });
}
