/** Stations whose servers are held (occupancy.ts, early-releases.ts, token-stations.ts). */
import { at, F_KEY0, F_PARENT, F_START, F_STATUS, IN_HAND } from './frames';
import { busy, capacity, early, finished, occupied, queue, queued, since } from './places';
import { add } from './recorder';
import { CELL_END, NOW } from './state';

export function touch(station: i32): void {
  const time = load<f64>(NOW);
  const at = since + (<usize>station << 3);
  const passed = time - load<f64>(at);
  if (passed > 0) {
    add(busy + (<usize>station << 3), <f64>load<i32>(occupied + (<usize>station << 2)) * passed);
    add(queue + (<usize>station << 3), <f64>load<i32>(queued + (<usize>station << 2)) * passed);
    store<f64>(at, time);
  }
}

/** EarlyReleases.drop, of what is due. */
function dropDue(row: usize): void {
  const time = load<f64>(NOW);
  const first = <usize>load<i32>(row, 8);
  const end = first + <usize>(load<i32>(row) * 24);
  let kept = first;
  for (let entry = first; entry < end; entry += 24) {
    if (load<f64>(entry) < time) continue;
    store<f64>(kept, load<f64>(entry));
    store<f64>(kept, load<f64>(entry, 8), 8);
    store<i32>(kept, load<i32>(entry, 16), 16);
    kept += 24;
  }
  store<i32>(row, <i32>((kept - first) / 24));
}

/** TokenStations.releaseEarly: of a server held by the frame `h`, at the time `t` to come. */
export function releaseEarly(station: i32, h: i32, t: f64): bool {
  const at4 = <usize>station << 2;
  if (load<i32>(queued + at4) > 0 || t >= load<f64>(CELL_END)) return false;
  for (let g = h; g !== 0; g = load<i32>(at(g), F_PARENT))
    if ((load<i32>(at(g), F_STATUS) & IN_HAND) !== 0) return false;
  const row = early + (<usize>station << 4);
  const held = load<i32>(occupied + at4);
  const servers = load<i32>(capacity + at4);
  const spare = servers >> 3;
  const room = load<i32>(row, 4);
  const free = servers - (spare > 1 ? spare : 1) - held;
  const most = room <= free ? room - 1 : free;
  if (load<i32>(row) > most) {
    dropDue(row);
    if (load<i32>(row) > most) return false;
  }
  const count = load<i32>(row);
  const f = at(h);
  touch(station);
  add(finished + (<usize>station << 3), 1);
  add(busy + (<usize>station << 3), t - load<f64>(NOW));
  store<i32>(occupied + at4, held - 1);
  const entry = <usize>load<i32>(row, 8) + <usize>(count * 24);
  store<f64>(entry, t);
  store<f64>(entry, load<f64>(f, F_START), 8);
  store<i32>(entry, load<i32>(f, F_KEY0), 16);
  store<i32>(row, count + 1);
  return true;
}
