/** Entry of a replication worker: loader hooks are not inherited by workers in every Node that we support. */
import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');
