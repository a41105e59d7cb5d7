import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { useEffect, useId, useRef, useState } from 'react';
import { Icon } from './icon.tsx';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: 'plain' | 'primary' | 'quiet';
  readonly size?: 'normal' | 'small';
}

function classes(...names: readonly (string | false | undefined)[]): string {
  return names.filter(Boolean).join(' ');
}

export function Button({ look = 'plain', size = 'normal', className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={classes('button', `button--${look}`, size === 'small' && 'button--small', className)}
      {...rest}
    />
  );
}

/** A button that shows only an icon; `label` names it for everyone who does not see the icon. */
export function IconButton({
  label,
  keys,
  icon,
  ...rest
}: Omit<ButtonProps, 'children'> & {
  readonly label: string;
  readonly keys?: string;
  readonly icon: ReactNode;
}) {
  return (
    <Button
      look="quiet"
      {...rest}
      className={classes('button--icon', rest.className)}
      aria-label={label}
      title={keys === undefined ? label : `${label} (${keys})`}
    >
      {icon}
    </Button>
  );
}

/** A button with a list of actions below it; arrow keys move, Escape closes. */
export function Menu({
  label,
  trigger,
  look = 'quiet',
  align = 'start',
  children,
}: {
  readonly label: string;
  readonly trigger: ReactNode;
  readonly look?: 'plain' | 'quiet';
  readonly align?: 'start' | 'end';
  readonly children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const list = useId();

  useEffect(() => {
    if (!open) return;
    itemsOf(box.current)[0]?.focus();
    const closeOutside = (event: PointerEvent): void => {
      if (!box.current?.contains(event.target as globalThis.Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', closeOutside, true);
    return () => document.removeEventListener('pointerdown', closeOutside, true);
  }, [open]);

  return (
    <div
      className="menu"
      ref={box}
      onKeyDown={(event) => {
        if (!open) return;
        const items = itemsOf(box.current);
        const at = items.indexOf(document.activeElement as HTMLButtonElement);
        if (event.key === 'Escape' || event.key === 'Tab') {
          setOpen(false);
          if (event.key === 'Escape') box.current?.querySelector('button')?.focus();
        } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
          event.preventDefault();
          const step = event.key === 'ArrowDown' ? 1 : -1;
          items[(at + step + items.length) % items.length]?.focus();
        } else {
          return;
        }
        event.stopPropagation();
      }}
    >
      <Button
        look={look}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={list}
        aria-label={label}
        title={label}
        className={typeof trigger === 'string' ? undefined : 'menu__trigger'}
        onClick={() => setOpen((was) => !was)}
      >
        {trigger}
      </Button>
      {open && (
        <div
          id={list}
          role="menu"
          aria-label={label}
          className={classes('menu__list', align === 'end' && 'menu__list--end')}
          onClick={() => setOpen(false)}
        >
          {children}
        </div>
      )}
    </div>
  );
}

function itemsOf(box: HTMLElement | null): HTMLButtonElement[] {
  return [...(box?.querySelectorAll<HTMLButtonElement>('[role^="menuitem"]:not(:disabled)') ?? [])];
}

export function MenuItem({
  keys,
  detail,
  children,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { readonly keys?: string; readonly detail?: string }) {
  return (
    <button type="button" role="menuitem" tabIndex={-1} className="menu__item" {...rest}>
      <span>
        {children}
        {detail !== undefined && <span className="menu__detail">{detail}</span>}
      </span>
      {keys !== undefined && <span className="menu__keys">{keys}</span>}
    </button>
  );
}

/** A modal over the page; the browser's own dialog keeps the focus inside and closes on Escape. */
export function Dialog({
  title,
  size = 'normal',
  onClose,
  children,
}: {
  readonly title: string;
  readonly size?: 'normal' | 'page';
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={classes('dialog', size === 'page' && 'dialog--page')}
      aria-labelledby={heading}
      onClose={onClose}
      onPointerDown={(event) => {
        if (event.target === dialog.current) dialog.current.close();
      }}
    >
      <div className="dialog__head">
        <h2 id={heading}>{title}</h2>
        <IconButton label="Close" icon={<Icon name="close" />} onClick={() => dialog.current?.close()} />
      </div>
      <div className="dialog__body">{children}</div>
    </dialog>
  );
}
