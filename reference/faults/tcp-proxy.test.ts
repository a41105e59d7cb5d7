import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TcpProxy } from './tcp-proxy.ts';

let echo: Server;
let proxy: TcpProxy;
const sockets: Socket[] = [];

beforeEach(async () => {
  echo = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await TcpProxy.listen(`127.0.0.1:${(echo.address() as AddressInfo).port}`);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await proxy.close();
  echo.close();
});

async function client(): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: Number(proxy.address.split(':')[1]) });
  socket.on('error', () => undefined);
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

/** Whether or not by an error: `once` would throw that. */
const closed = (socket: Socket): Promise<unknown> => new Promise((resolve) => socket.once('close', resolve));

async function read(socket: Socket, bytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let length = 0; length < bytes; length += chunks.at(-1)!.length)
    chunks.push(((await once(socket, 'data')) as [Buffer])[0]);
  return Buffer.concat(chunks);
}

it('passes a megabyte on unchanged, and the end of a half-closed connection', async () => {
  const socket = await client();
  const sent = Buffer.from(Array.from({ length: 1 << 20 }, (_, i) => (i * 31) % 251));
  const received = read(socket, sent.length);
  socket.end(sent);
  expect((await received).equals(sent)).toBe(true);
  await once(socket, 'end');
});

it('delays each way, in order', async () => {
  const socket = await client();
  proxy.set({ mode: 'delay', ms: 60 });
  const beganMs = performance.now();
  const received = read(socket, 4);
  socket.write('ab');
  await sleep(10);
  socket.write('cd');
  expect((await received).toString()).toBe('abcd');
  expect(performance.now() - beganMs).toBeGreaterThanOrEqual(120);
});

it('keeps silent while packets are dropped, and passes on what was sent meanwhile', async () => {
  const socket = await client();
  proxy.set({ mode: 'drop' });
  let heard = '';
  socket.on('data', (chunk) => (heard += chunk.toString()));
  socket.write('lost?');
  const late = await client();
  late.write('late');
  const answered = read(late, 4);
  await sleep(50);
  expect(heard).toBe('');
  proxy.set({ mode: 'pass' });
  expect((await answered).toString()).toBe('late');
  while (heard.length < 5) await sleep(5);
  expect(heard).toBe('lost?');
});

it('resets what there is and what comes while it refuses, and lets new connections in afterwards', async () => {
  const socket = await client();
  const end = closed(socket);
  proxy.set({ mode: 'refuse' });
  await end;
  const refused = connect({ host: '127.0.0.1', port: Number(proxy.address.split(':')[1]) });
  const [error] = (await once(refused, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNRESET');
  proxy.set({ mode: 'pass' });
  const again = await client();
  const received = read(again, 2);
  again.write('ok');
  expect((await received).toString()).toBe('ok');
});

it('resets only what there is when told so', async () => {
  const socket = await client();
  const end = closed(socket);
  proxy.reset();
  await end;
  const again = await client();
  const received = read(again, 2);
  again.write('ok');
  expect((await received).toString()).toBe('ok');
});

it('resets its client when there is nothing behind it', async () => {
  const nothing = await TcpProxy.listen('127.0.0.1:1');
  const socket = connect({ host: '127.0.0.1', port: Number(nothing.address.split(':')[1]) });
  socket.on('error', () => undefined);
  await closed(socket);
  await nothing.close();
});
