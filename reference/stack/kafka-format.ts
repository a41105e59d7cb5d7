import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runToEnd } from './run-to-end.ts';
import { clusterId, kafkaJava, kafkaLog4j } from './parts/kafka.ts';
import { stackError } from './stack-error.ts';

/**
 * What Kafka's own tool writes into an empty storage: the first records of the metadata log. It takes a
 * second and depends on nothing but the version, so it is done once and kept beside the jars.
 */
export async function formatKafka(
  java: string,
  jars: readonly string[],
  folder: string,
): Promise<Uint8Array> {
  const kept = join(folder, 'bootstrap.checkpoint');
  if (!existsSync(kept)) {
    const work = join(folder, `format.${String(process.pid)}`);
    try {
      renameSync(await formatStorage(java, jars, work), kept);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  return readFileSync(kept);
}

/**
 * @param work An empty folder
 * @param further Arguments of the tool, such as users to begin with
 * @returns the file that it wrote
 * @throws InputError FL-stack
 */
export async function formatStorage(
  java: string,
  jars: readonly string[],
  work: string,
  further: readonly string[] = [],
): Promise<string> {
  mkdirSync(join(work, 'tmp'), { recursive: true });
  writeFileSync(
    join(work, 'java.args'),
    kafkaJava(jars, 'kafka.tools.StorageTool', [
      ...['format', '-t', clusterId, '-c', 'server.properties', ...further],
    ]),
  );
  writeFileSync(join(work, 'log4j.properties'), kafkaLog4j);
  writeFileSync(
    join(work, 'server.properties'),
    `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:1
listeners=PLAINTEXT://127.0.0.1:2,CONTROLLER://127.0.0.1:1
controller.listener.names=CONTROLLER
log.dirs=data
`,
  );
  const failure = await runToEnd(java, ['@java.args'], { cwd: work });
  if (failure !== null)
    throw stackError(`Kafka's storage cannot be formatted: ${failure}`, 'See docs/reference.md.');
  return join(work, 'data', 'bootstrap.checkpoint');
}
