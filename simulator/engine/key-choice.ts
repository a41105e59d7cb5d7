import { drawFrom } from '../../scenarios/sampling/index.ts';
import type { KeyChoice, NativeContext, NativeFunction } from './native.ts';

/** Draws of the frame's own stream: column and coin of the alias table, and a place for what has no key. */
const COLUMN = 0;
const COIN = 1;
const ANYWHERE = 2;

const TWO_TO_MINUS_32 = 2.3283064365386963e-10;

/** Registers of a frame that draws a key. */
export const KEY_REGISTER = 1;
export const PLACE_REGISTER = 2;

/**
 * Function that puts the drawn key and its place into KEY_REGISTER and PLACE_REGISTER: 1; or 0 and a
 * place alone. It carries the choice, so that the kernel makes it without a call (`chooseKey` there).
 */
export function chooseKey(run: NativeContext, from: Omit<KeyChoice, 'kind'>): NativeFunction {
  const choice: KeyChoice = { kind: 'key', ...from };
  const { table, stream, keys, placed, places } = choice;
  const choose = (frame: number): number => {
    const key = drawFrom(table, run.draw(frame, stream, COLUMN), run.draw(frame, stream, COIN));
    if (key >= keys) {
      const draw = run.draw(frame, stream, ANYWHERE);
      run.setRegister(frame, PLACE_REGISTER, Math.floor(draw * TWO_TO_MINUS_32 * places));
      return 0;
    }
    run.setRegister(frame, KEY_REGISTER, key);
    run.setRegister(frame, PLACE_REGISTER, placed[key]!);
    return 1;
  };
  return Object.assign(choose, { choice });
}
