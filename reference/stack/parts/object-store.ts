import { randomBytes } from 'node:crypto';
import { javaArguments } from '../java.ts';
import { programOf } from '../programs.ts';
import { answersHttp } from './answers-http.ts';
import { logback } from './logback.ts';
import { loopback, plainEndpoint, type PartPlan, type PlanContext } from './part.ts';

const bucket = 'fanout-lab-media';

/**
 * s3proxy on a folder. Chosen over versitygw because the JVM is here anyway, for Cassandra and Kafka, and
 * the other one would have to be compiled by a Go tool chain that few machines have. It costs 140 MB more.
 * It knows no bucket policies: who may read an object without a signature is said by the object's ACL.
 */
export function planObjectStore(context: PlanContext): PartPlan {
  const port = context.ports('objectStore');
  const identity = `fanout-${randomBytes(6).toString('hex')}`;
  const secret = randomBytes(24).toString('hex');
  return {
    processes: [
      {
        id: 'object-store',
        part: 'object-store',
        node: 'object-storage',
        order: 400,
        addresses: [`${loopback}:${String(port)}`],
        command: programOf(context.programs, 'java'),
        args: ['@java.args'],
        environment: {},
        stopSignal: 'SIGKILL',
        folders: ['tmp', `objects/${bucket}`],
        files: {
          'java.args': javaArguments({
            classPath: context.jars('object-store'),
            options: [
              ...['-Xms64m', '-Xmx192m', '-Xss256k', '-XX:+UseSerialGC', '-Djava.io.tmpdir=tmp'],
              '-Dlogback.configurationFile=logback.xml',
            ],
            main: 'org.gaul.s3proxy.Main',
            args: ['--properties', 's3proxy.conf'],
          }),
          'logback.xml': logback,
          's3proxy.conf': `s3proxy.endpoint=http://${loopback}:${String(port)}
s3proxy.authorization=aws-v4
s3proxy.identity=${identity}
s3proxy.credential=${secret}
s3proxy.v4-max-non-chunked-request-size=33554432
jclouds.provider=filesystem-nio2
jclouds.identity=${identity}
jclouds.credential=${secret}
jclouds.filesystem.basedir=${context.directoryOf('object-store')}/objects
`,
        },
      },
    ],
    endpoints: {
      objectStore: plainEndpoint([{ host: loopback, port }], {
        user: identity,
        password: secret,
        path: bucket,
        options: { region: 'us-east-1' },
      }),
    },
    check: () => answersHttp(port),
  };
}
