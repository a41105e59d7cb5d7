/** Door of `ui`: controls, figures and icons that every part of the page shares. */
import './theme.css';
import './controls.css';

export { Button, Dialog, IconButton, Menu, MenuItem } from './controls.tsx';
export { InlineCode } from './inline-code.tsx';
export { Markdown } from './markdown.tsx';
export { Drawing, Icon } from './icon.tsx';
export { announce, Toasts } from './toasts.tsx';
export * from './format.ts';
