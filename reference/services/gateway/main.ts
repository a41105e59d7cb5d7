/** The process `gateway`. */
import { connectRedis, createServer, originOf, runProcess } from '../platform/index.ts';
import { createGateway } from './gateway.ts';
import { limitsWithFallback, localLimits, sharedLimits } from './limits.ts';

await runProcess(async ({ endpoints, settings, log, telemetry }) => {
  const redis = connectRedis(endpoints, 'fail-fast');
  redis.on('error', (error: unknown) => log.warn({ err: error }, 'The cache cluster cannot be reached'));
  const perHour = { upload: settings.uploadsPerHour, like: settings.likesPerHour };
  const readLb = originOf(endpoints, 'readLb');
  const uploadLb = originOf(endpoints, 'uploadLb');
  const server = await createGateway({
    log,
    telemetry,
    jwtSecret: settings.jwtSecret,
    limits: limitsWithFallback(
      sharedLimits(redis, perHour, telemetry),
      localLimits(perHour, () => Date.now()),
      log,
    ),
    readLb,
    uploadLb,
  });
  const operations = createServer({
    log,
    telemetry,
    requestIds: 'own',
    checks: {
      redis: async () => void (await redis.ping()),
      readLb: () => answers(readLb),
      uploadLb: () => answers(uploadLb),
    },
  });
  return {
    server,
    operations,
    close: async () => {
      redis.disconnect();
      await Promise.resolve();
    },
  };
});

async function answers(origin: string): Promise<void> {
  const response = await fetch(`${origin}/healthz`);
  if (!response.ok) throw new Error(`${origin} answers ${response.status}.`);
}
