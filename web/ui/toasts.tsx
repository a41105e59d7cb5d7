import { create } from 'zustand';
import { IconButton } from './controls.tsx';
import { Icon } from './icon.tsx';

interface Toast {
  readonly id: number;
  readonly tone: 'note' | 'error';
  readonly text: string;
}

const useToasts = create<{ readonly toasts: readonly Toast[] }>(() => ({ toasts: [] }));
let nextId = 1;

const shownForMs = { note: 5000, error: 9000 };

/** Says one sentence at the foot of the page, and to screen readers. */
export function announce(text: string, tone: Toast['tone'] = 'note'): void {
  const toast: Toast = { id: nextId++, tone, text };
  // The same sentence twice is one sentence.
  useToasts.setState(({ toasts }) => ({
    toasts: [...toasts.filter((old) => old.text !== text), toast].slice(-3),
  }));
  setTimeout(() => dismiss(toast.id), shownForMs[tone]);
}

function dismiss(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }));
}

export function Toasts() {
  const toasts = useToasts((state) => state.toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map((toast) => (
        <div key={toast.id} className={`toast toast--${toast.tone}`}>
          <span>{toast.text}</span>
          <IconButton
            size="small"
            label="Dismiss"
            icon={<Icon name="close" size={12} />}
            onClick={() => dismiss(toast.id)}
          />
        </div>
      ))}
    </div>
  );
}
