import type { ConfigOf, Node } from '../../scenarios/index.ts';
import type { NativeContext } from '../engine/native.ts';
import type { NodeContext } from './component.ts';

/**
 * Which instances of a service take requests: all of them, unless scaling or a deployment says
 * otherwise. One a service and run, shared by those who change it and the balancers in front.
 */
export class InstancePool {
  private readonly serving: Uint8Array;
  /** Rises with every change. */
  version = 0;

  constructor(instances: number, serving: number) {
    this.serving = new Uint8Array(instances).fill(1, 0, serving);
  }

  get instances(): number {
    return this.serving.length;
  }
  get count(): number {
    return this.serving.reduce((sum, one) => sum + one, 0);
  }
  serves(instance: number): boolean {
    return this.serving[instance] === 1;
  }
  set(instance: number, serves: boolean): void {
    if (this.serves(instance) === serves) return;
    this.serving[instance] = serves ? 1 : 0;
    this.version++;
  }
}

/** The pool of a service; `serving` of its `instances` take requests from the start. */
export const instancePool = (
  run: NativeContext,
  service: string,
  { instances, serving }: { readonly instances: number; readonly serving: number },
): InstancePool => run.state(`${service}/instances`, () => new InstancePool(instances, serving));

/** How many instances a service has at most, and takes requests on from the start, and whether that changes. */
export function poolOf(
  _node: NodeContext,
  service: Node,
): { readonly instances: number; readonly serving: number; readonly changes: boolean } {
  const { instances } = service.config as ConfigOf<'FeedService'> | ConfigOf<'UploadService'>;
  return { instances, serving: instances, changes: false };
}
