import { create } from 'zustand';
import type { Problem } from '../../scenarios/index.ts';

/** What the page shows around the drawing. */
export type DrawerView = 'charts' | 'report';

export type DialogState =
  | { readonly kind: 'help' }
  /** How far the figures can be trusted. */
  | { readonly kind: 'trust' }
  /** A file or link that could not be read; what is on the canvas stays. */
  | { readonly kind: 'import-problems'; readonly name: string; readonly problems: readonly Problem[] }
  /** A run that will take long, of a scenario from outside. */
  | { readonly kind: 'cost'; readonly seconds: number; readonly requests: number };

interface Layout {
  readonly paletteOpen: boolean;
  readonly scenarioOpen: boolean;
  readonly drawer: DrawerView | null;
  /** Height that the user gave the drawer, px; null: as the view needs. */
  readonly drawerHeight: number | null;
  readonly dialog: DialogState | null;
  /** Flow of the charts; null: the busiest. */
  readonly flow: string | null;
}

export const useLayout = create<Layout>(() => ({
  paletteOpen: false,
  scenarioOpen: false,
  drawer: null,
  drawerHeight: null,
  dialog: null,
  flow: null,
}));
