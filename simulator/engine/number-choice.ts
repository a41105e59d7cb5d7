import { uniform } from '../../scenarios/sampling/index.ts';
import type { NativeContext, NativeFunction, NumberChoice } from './native.ts';

/**
 * Function whose value is a drawn number. It carries the choice, so that the kernel makes it without a call
 * (`chooseNumber` there).
 *
 * @param before Called before the draw in frames whose register `unless` is not 0.
 */
export function chooseNumber(
  run: NativeContext,
  from: Omit<NumberChoice, 'kind'>,
  before: (frame: number) => void,
): NativeFunction {
  const choice: NumberChoice = { kind: 'number', ...from };
  const { stream, cumulative, unless } = choice;
  const choose = (frame: number): number => {
    if (run.register(frame, unless) !== 0) before(frame);
    const u = uniform(run.draw(frame, stream, 0));
    let number = 0;
    while (number < cumulative.length - 1 && u >= cumulative[number]!) number++;
    return number;
  };
  return Object.assign(choose, { choice });
}
