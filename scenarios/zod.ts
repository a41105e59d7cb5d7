/**
 * The one place that configures zod. Without `jitless`, zod compiles parsers with `new Function`,
 * which the canvas's content security policy forbids.
 */
import { z } from 'zod';

z.config({ jitless: true });

export { z };
