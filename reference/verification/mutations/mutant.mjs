/**
 * Loaded before the entry point of a service (`node --import`): changes the source of one file while it is
 * loaded, as FANOUT_LAB_MUTATION says, and says so loudly. Product code knows nothing of it.
 */
import { register } from 'node:module';

const mutation = JSON.parse(process.env.FANOUT_LAB_MUTATION ?? 'null');
if (mutation === null) throw new Error('FANOUT_LAB_MUTATION is not set.');
console.error(`MUTANT: ${mutation.file} runs without a guard. For tests of the checker only.`);
// Compiled programs have no source to change.
process.env.FANOUT_LAB_SOURCES = '1';
register('./mutate-source.mjs', import.meta.url, { data: mutation });
