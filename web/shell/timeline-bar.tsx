import { useRef, useState } from 'react';
import {
  edit,
  select,
  setEntry,
  shortValues,
  useDocument,
  useProblems,
  useSelection,
  type Draft,
  type DraftEntry,
} from '../document/index.ts';
import { entryKinds } from '../inspector/index.ts';
import { faultBand, isUnderWay, useRun, type Form } from '../run/index.ts';
import { formatClock, formatCount, formatSeconds, Icon, Menu, MenuItem } from '../ui/index.ts';
import { addTimelineEntry } from './actions.ts';

/** What happens during the run, along its time: events to select and move, and how far it has got. */
export function TimelineBar() {
  const draft = useDocument((state) => state.draft);
  const nowSeconds = useRun((state) => state.nowSeconds);
  const form = useDocument((state) => state.form);
  const underWay = useRun((state) => isUnderWay(state.status));
  const runDuration = useRun((state) => state.durationSeconds);
  const durationSeconds = underWay && runDuration > 0 ? runDuration : durationOf(draft, form);
  const warmup = typeof draft.run.warmupSeconds === 'number' ? draft.run.warmupSeconds : 0;
  const track = useRef<HTMLDivElement>(null);
  const share = (seconds: number): string => `${Math.min(100, (seconds / durationSeconds) * 100)}%`;
  return (
    <section className="timeline" aria-label="Timeline">
      <Clock durationSeconds={durationSeconds} />
      <div className="timeline__track" ref={track}>
        <div className="timeline__rail">
          <span className="timeline__warmup" style={{ width: share(warmup) }} title="Warm-up: not measured" />
          {draft.timeline.map((entry) => {
            const band = faultBand(entry as never);
            return (
              <span
                key={entry.id}
                className="timeline__band"
                style={{ left: share(band.fromSeconds), right: `calc(100% - ${share(band.toSeconds)})` }}
              />
            );
          })}
          <span className="timeline__done" style={{ width: share(nowSeconds) }} />
        </div>
        {draft.timeline.map((entry) => (
          <Chip key={entry.id} entry={entry} durationSeconds={durationSeconds} track={track} />
        ))}
      </div>
      <Menu
        label="Add an event"
        align="end"
        trigger={
          <>
            <Icon name="add" size={14} />
            Event
          </>
        }
      >
        {entryKinds().map((kind) => (
          <MenuItem key={kind.key} onClick={() => addTimelineEntry(kind.value)}>
            {kind.title}
          </MenuItem>
        ))}
      </Menu>
    </section>
  );
}

/** How long a form of the scenario runs. */
function durationOf(draft: Draft, form: Form): number {
  const own = form === 'short' ? shortValues(draft, 'run').get('durationSeconds') : null;
  const seconds = Number(own ?? draft.run.durationSeconds);
  return seconds > 0 ? seconds : defaultDurationSeconds;
}

const defaultDurationSeconds = 60;

function Clock({ durationSeconds }: { readonly durationSeconds: number }) {
  const status = useRun((state) => state.status);
  const nowSeconds = useRun((state) => state.nowSeconds);
  const events = useRun((state) => state.events);
  const speed = useRun((state) => state.speed);
  return (
    <div className="clock">
      <output className="clock__now" aria-label="Simulated time">
        {formatClock(nowSeconds)}
      </output>
      <span className="clock__of">of {formatSeconds(durationSeconds)}</span>
      <span className="clock__note" data-status={status}>
        {noteOf(status, speed, events)}
      </span>
    </div>
  );
}

function noteOf(status: string, speed: number | null, events: number): string {
  switch (status) {
    case 'starting':
      return 'starting';
    case 'running':
      return `${speed === null ? '' : `${formatCount(speed)}× real time, `}${formatCount(events)} events`;
    case 'paused':
      return `paused, ${formatCount(events)} events`;
    case 'finished':
      return `${formatCount(events)} events`;
    case 'stopped':
      return 'stopped';
    default:
      return '';
  }
}

const snapSeconds = 0.5;
/** From here on a chip hangs to the left of its instant, so that it stays on the track. */
const lateShare = 0.7;

/** An event at its instant: click to edit, drag or arrow keys to move. */
function Chip({
  entry,
  durationSeconds,
  track,
}: {
  readonly entry: DraftEntry;
  readonly durationSeconds: number;
  readonly track: React.RefObject<HTMLDivElement | null>;
}) {
  const selected = useSelection((state) => state.entry === entry.id);
  const faulty = useProblems((state) => state.entries.has(entry.id));
  const [dragged, setDragged] = useState<number | null>(null);
  const atSeconds = dragged ?? entry.atSeconds;
  const moveTo = (seconds: number): void => {
    const next = Math.max(0, Math.min(durationSeconds, seconds));
    if (next !== entry.atSeconds) edit((draft) => setEntry(draft, entry.id, { ...entry, atSeconds: next }));
  };
  const secondsAt = (clientX: number): number => {
    const box = track.current?.getBoundingClientRect();
    if (!box) return entry.atSeconds;
    const seconds = ((clientX - box.left) / box.width) * durationSeconds;
    return Math.max(0, Math.min(durationSeconds, Math.round(seconds / snapSeconds) * snapSeconds));
  };
  return (
    <button
      type="button"
      className="chip"
      aria-pressed={selected}
      data-fault={faulty || undefined}
      data-late={atSeconds > durationSeconds * lateShare || undefined}
      title={`${entry.id} at ${formatSeconds(atSeconds)}`}
      style={{ left: `${Math.min(100, (atSeconds / durationSeconds) * 100)}%` }}
      onClick={() => select({ entry: entry.id })}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId) || Math.abs(event.movementX) === 0)
          return;
        setDragged(secondsAt(event.clientX));
      }}
      onPointerUp={() => {
        if (dragged !== null) moveTo(dragged);
        setDragged(null);
      }}
      onKeyDown={(event) => {
        if (event.key === 'ArrowLeft') moveTo(entry.atSeconds - 1);
        if (event.key === 'ArrowRight') moveTo(entry.atSeconds + 1);
      }}
    >
      {entry.kind === 'whale-post' && <Icon name="whale" size={13} />}
      {entry.id}
      <span className="chip__at">{formatSeconds(atSeconds)}</span>
    </button>
  );
}
