/** A program of its own for processes.test.ts: starts one process and waits to be killed. */
import { Processes, type Lifetime } from './processes.ts';
import { RunDirectory } from './run-directory.ts';

new Processes(new RunDirectory(process.env.RUN_DIRECTORY!), process.env.LIFETIME as Lifetime).create({
  id: 'a',
  part: 'services',
  node: 'feed-service',
  order: 1,
  addresses: [],
  command: '/bin/sleep',
  args: ['300'],
  environment: {},
  stopSignal: 'SIGKILL',
  files: {},
  folders: [],
});
setInterval(() => undefined, 1000);
