import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { settingsToEnvironment } from '../../contract/index.ts';

const started: ReturnType<typeof spawn>[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

function run(environment: Record<string, string>) {
  const script = fileURLToPath(new URL('process.fixture.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), script], {
    env: { PATH: process.env['PATH'], FANOUT_LAB_INSTANCE: 'test-1', ...environment },
  });
  started.push(child);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const says = async (text: string) => {
    while (!output.includes(text)) {
      await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
      if (child.exitCode !== null && !output.includes(text))
        throw new Error(`ended without "${text}": ${output}`);
    }
  };
  return { child, says, output: () => output, ended: once(child, 'exit') };
}

const settings = settingsToEnvironment({ jwtSecret: 'x'.repeat(32) });

it('finishes the request in hand when it is told to end', async () => {
  const port = await freePort();
  const { child, says, ended, output } = run({ ...settings, FANOUT_LAB_PORT: String(port) });
  await says('is up');
  const answer = fetch(`http://127.0.0.1:${port}/slow`);
  await says('in hand');
  child.kill('SIGTERM');
  await says('"ends"');
  child.stdin.end();
  expect(await (await answer).json()).toEqual({ done: true });
  expect(await ended).toEqual([0, null]);
  expect(output()).toContain('let go');
  // Every line is an object that says who wrote it.
  for (const line of output().trim().split('\n'))
    expect(JSON.parse(line)).toMatchObject({ instance: 'test-1' });
});

it('ends although somebody never gets an answer', async () => {
  const port = await freePort();
  const { child, says, ended } = run({ ...settings, FANOUT_LAB_PORT: String(port) });
  await says('is up');
  fetch(`http://127.0.0.1:${port}/slow`).catch(() => undefined);
  await says('in hand');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

it('ends with 1 and says why when it is started wrongly, or fails where nobody looks', async () => {
  const wrongly = run({ FANOUT_LAB_PORT: '1' });
  expect(await wrongly.ended).toEqual([1, null]);
  expect(wrongly.output()).toContain('FANOUT_LAB_SETTINGS is not set');

  const port = await freePort();
  const failing = run({ ...settings, FANOUT_LAB_PORT: String(port) });
  await failing.says('is up');
  await fetch(`http://127.0.0.1:${port}/fault`).catch(() => undefined);
  expect(await failing.ended).toEqual([1, null]);
  expect(failing.output()).toContain('nobody catches this');
});
