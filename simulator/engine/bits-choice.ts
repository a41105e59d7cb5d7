import { uniform } from '../../scenarios/sampling/index.ts';
import { MOST_BITS, type BitsChoice, type NativeContext, type NativeFunction } from './native.ts';

/**
 * Function whose value is a register with the bits that are drawn. It carries the choice, so that the kernel makes it
 * without a call (`chooseBits` there).
 */
export function chooseBits(run: NativeContext, from: Omit<BitsChoice, 'kind'>): NativeFunction {
  const choice: BitsChoice = { kind: 'bits', ...from };
  const { stream, register, of, among } = choice;
  const choose = (frame: number): number => {
    const { values } = among;
    let bits = run.register(frame, register);
    for (let i = 0; i < MOST_BITS && values[i]! >= 0; i++)
      if (uniform(run.draw(frame, stream, i)) * of < values[i]!) bits |= 1 << i;
    return bits;
  };
  return Object.assign(choose, { choice });
}
