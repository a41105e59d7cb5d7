import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Beside those of a stack that a user may have up. */
const testPortBase = '27000';

/**
 * For `startStack` in tests: ports and a run directory of their own. Managed endpoints of the machine's
 * environment are left out, so that a test never touches them.
 */
export function testEnvironment(name: string): Record<string, string> {
  return {
    FANOUT_LAB_PORT_BASE: process.env.FANOUT_LAB_PORT_BASE ?? testPortBase,
    FANOUT_LAB_RUN_DIR: join(root, '.cache', 'test', 'reference', name),
    ...(process.env.FANOUT_LAB_JARS === undefined ? {} : { FANOUT_LAB_JARS: process.env.FANOUT_LAB_JARS }),
  };
}
