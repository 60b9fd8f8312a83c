import { getContext, setContext, type Component } from 'svelte';
import type { ExportSubject } from './figure';

/** What a menu is given: the subject, the button that it stands beside, and whom to tell when it is done. */
export interface ExportMenuProps {
  readonly subject: ExportSubject;
  readonly anchor: HTMLElement;
  readonly onclose: () => void;
}

/** What the page offers to export buttons: words in the visitor's language, and the menu, loaded when the first one is opened. */
export interface ExportHost {
  /** "Export: Attention weights". */
  readonly label: (title: string) => string;
  /** Said where the menu cannot be loaded. */
  readonly failed: () => string;
  readonly load: () => Promise<Component<ExportMenuProps>>;
}

const KEY = Symbol('export');

export const setExportHost = (host: ExportHost): ExportHost => setContext(KEY, host);

/** The page's host; undefined where nothing can be exported, such as in a test of one component. */
export const getExportHost = (): ExportHost | undefined => getContext<ExportHost | undefined>(KEY);
