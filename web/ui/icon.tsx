import type { ReactNode } from 'react';

/** Line icons on a 16-pixel grid, drawn in the text's colour. */
const drawings = {
  add: <path d="M8 3v10M3 8h10" />,
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  down: <path d="m4 6 4 4 4-4" />,
  up: <path d="m4 10 4-4 4 4" />,
  right: <path d="m6 4 4 4-4 4" />,
  more: <path d="M3 8h.01M8 8h.01M13 8h.01" strokeWidth={2.2} />,
  undo: <path d="M6 3 3 6l3 3M3.5 6H9a4 4 0 0 1 0 8H6.5" />,
  redo: <path d="m10 3 3 3-3 3M12.5 6H7a4 4 0 0 0 0 8h2.5" />,
  run: <path d="M5 3.2v9.6l7.6-4.8z" fill="currentColor" stroke="none" />,
  pause: <path d="M5.5 3.5v9M10.5 3.5v9" strokeWidth={2.4} />,
  step: (
    <>
      <path d="M4 3.6v8.8L10.6 8z" fill="currentColor" stroke="none" />
      <path d="M12.2 3.8v8.4" strokeWidth={1.8} />
    </>
  ),
  stop: <rect x="4" y="4" width="8" height="8" rx="1.5" fill="currentColor" stroke="none" />,
  fit: (
    <path d="M2.5 6V3.5a1 1 0 0 1 1-1H6M10 2.5h2.5a1 1 0 0 1 1 1V6M13.5 10v2.5a1 1 0 0 1-1 1H10M6 13.5H3.5a1 1 0 0 1-1-1V10" />
  ),
  link: (
    <path d="M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2-2a2.6 2.6 0 0 0-3.7-3.7l-.9.9M9.2 6.8a2.6 2.6 0 0 0-3.7 0l-2 2a2.6 2.6 0 0 0 3.7 3.7l.9-.9" />
  ),
  help: <path d="M6 6a2 2 0 1 1 2.9 1.8c-.6.3-.9.7-.9 1.4M8 11.6h.01M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z" />,
  trash: <path d="M3 4.5h10M6.5 4V2.8h3V4M4.4 4.5l.6 8.7h6l.6-8.7M6.8 7v3.8M9.2 7v3.8" />,
  tidy: <path d="M2.5 3h4v3h-4zM2.5 10h4v3h-4zM9.5 6.5h4v3h-4zM6.5 4.5h1.2v7H6.5M7.7 8h1.8" />,
  whale: (
    <path d="M1.8 8.3c0 3 2.4 5.2 5.6 5.2 3.6 0 5.4-2.2 5.6-5 1.3-.2 1.9-1.2 1.7-2.7-1.1-.1-1.9.2-2.4.9-.5-.7-1.3-1-2.4-.9-.1 1.3.3 2.2 1.3 2.6-.2.9-.9 1.5-1.9 1.5-1.3 0-1.6-2.9-4.6-2.9-1.7 0-2.9.5-2.9 1.3ZM4.6 9.9h.01M5.2 4.9V3.4M5.2 3.4c-.3-.9-1-1.2-1.9-1.1M5.2 3.4c.3-.9 1-1.2 1.9-1.1" />
  ),
  warning: (
    <path d="M8 6v3M8 11.3h.01M7.1 2.9 1.9 12a1 1 0 0 0 .9 1.5h10.4a1 1 0 0 0 .9-1.5L8.9 2.9a1 1 0 0 0-1.8 0Z" />
  ),
  check: <path d="m3.5 8.5 3 3 6-7" />,
  search: <path d="M7.2 12a4.8 4.8 0 1 0 0-9.6 4.8 4.8 0 0 0 0 9.6ZM10.8 10.8l3 3" />,
  reset: <path d="M3 8a5 5 0 1 0 1.6-3.7L3 5.8M3 2.6v3.2h3.2" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof drawings;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return <Drawing size={size}>{drawings[name]}</Drawing>;
}

/** The frame that all icons share, those of component kinds too. */
export function Drawing({ size, children }: { readonly size: number; readonly children: ReactNode }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.4}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}
