import type { LectureScene } from './lecture.svelte';
import type { PresenterCommand } from './presenter-keys';

/** What the speaker's view is told, whole at every change. Plain data. */
export interface LectureState {
  readonly slug: string;
  /** The present screen, from 0, of `count`. */
  readonly place: number;
  readonly count: number;
  readonly present: LectureScene | null;
  readonly next: LectureScene | null;
  readonly blank: boolean;
}

/** What goes between a lecture (the host) and its speaker's views (desks). `serial` counts a sender's messages. */
export type LectureMessage =
  | { readonly kind: 'state'; readonly from: string; readonly serial: number; readonly state: LectureState }
  | { readonly kind: 'gone'; readonly from: string; readonly serial: number }
  /** A desk asks for the state; of any host where it knows none. */
  | { readonly kind: 'hello'; readonly to: string | null; readonly from: string; readonly serial: number }
  | { readonly kind: 'command'; readonly to: string; readonly from: string; readonly serial: number; readonly command: PresenterCommand };

/** Names the messages among others that a window may receive. */
const MARK = 'attention-lab/lecture/1';

export const pack = (message: LectureMessage): unknown => ({ mark: MARK, message });

/** The message in what arrived, or null for anything else. */
export function unpack(data: unknown): LectureMessage | null {
  if (typeof data !== 'object' || data === null || !('mark' in data) || data.mark !== MARK || !('message' in data)) return null;
  return data.message as LectureMessage;
}

/** Lets each message through once: it may arrive both by the channel and from window to window. */
class Once {
  readonly #last = new Map<string, number>();

  isNew({ from, serial }: { readonly from: string; readonly serial: number }): boolean {
    if (serial <= (this.#last.get(from) ?? 0)) return false;
    this.#last.set(from, serial);
    return true;
  }
}

/** The side of the lecture: tells its state to whoever asks, and does what desks say. */
export class LectureHost {
  readonly #once = new Once();
  #serial: number;
  #state: LectureState | null = null;

  /**
   * @param start first serial number; larger than any before under the same id, so that a reloaded page is heard
   * @param run what to do with a desk's command
   */
  constructor(
    readonly id: string,
    start: number,
    private readonly post: (message: LectureMessage) => void,
    private readonly run: (command: PresenterCommand) => void,
  ) {
    this.#serial = start;
  }

  show(state: LectureState | null): void {
    this.#state = state;
    this.tell();
  }

  receive(message: LectureMessage): void {
    if ((message.kind !== 'hello' && message.kind !== 'command') || (message.to !== null && message.to !== this.id) || !this.#once.isNew(message)) return;
    if (message.kind === 'hello') this.tell();
    else this.run(message.command);
  }

  /** Says that the lecture is over. */
  leave(): void {
    this.post({ kind: 'gone', from: this.id, serial: ++this.#serial });
  }

  /** Tells the present state again. */
  tell(): void {
    if (this.#state) this.post({ kind: 'state', from: this.id, serial: ++this.#serial, state: this.#state });
  }
}

/** The side of the speaker's view: follows one host, by its id or the first that answers, and sends it commands. */
export class SpeakerDesk {
  readonly #once = new Once();
  #serial: number;

  constructor(
    readonly id: string,
    start: number,
    private host: string | null,
    private readonly post: (message: LectureMessage) => void,
    private readonly changed: (state: LectureState | null) => void,
  ) {
    this.#serial = start;
  }

  /** Asks for the state. */
  hello(): void {
    this.post({ kind: 'hello', to: this.host, from: this.id, serial: ++this.#serial });
  }

  receive(message: LectureMessage): void {
    if ((message.kind !== 'state' && message.kind !== 'gone') || (this.host !== null && message.from !== this.host) || !this.#once.isNew(message)) return;
    if (message.kind === 'state') this.host = message.from;
    else if (this.host === null) return;
    this.changed(message.kind === 'state' ? message.state : null);
  }

  /** Has no effect before a host has answered. */
  command(command: PresenterCommand): void {
    if (this.host !== null) this.post({ kind: 'command', to: this.host, from: this.id, serial: ++this.#serial, command });
  }
}

/** Whether a message comes from this page in another window. A file has no origin that could be told from another file's. */
const isOwn = ({ origin }: MessageEvent): boolean =>
  location.protocol === 'file:' ? origin === 'null' || origin === 'file://' : origin === location.origin;

/**
 * Carries messages between the windows of this page: by BroadcastChannel, and straight to a window that opened the other,
 * which also works where a browser isolates each file (file:// in some). A page that was loaded again no longer knows the
 * window that it opened: the first window of this page that speaks to it is its peer then.
 * @param peer the other window, where it is known
 */
export function openChannel(peer: () => Window | null, receive: (message: LectureMessage) => void): { post(message: LectureMessage): void; close(): void } {
  const channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel('attention-lab/lecture') : null;
  const take = ({ data }: { data: unknown }) => {
    const message = unpack(data);
    if (message) receive(message);
  };
  let found: Window | null = null;
  const other = () => [peer(), found].find((window) => window && !window.closed) ?? null;
  const fromWindow = (event: MessageEvent) => {
    if (!unpack(event.data)) return;
    // Neither a worker nor a port, which are never closed.
    if (!other() && isOwn(event) && event.source && 'closed' in event.source) found = event.source;
    if (event.source === other()) take(event);
  };
  channel?.addEventListener('message', take);
  addEventListener('message', fromWindow);
  return {
    post(message) {
      const packed = pack(message);
      channel?.postMessage(packed);
      // A file has no origin to name; only the notes of this page are sent, and only to the window that it opened.
      other()?.postMessage(packed, location.origin === 'null' || location.protocol === 'file:' ? '*' : location.origin);
    },
    close() {
      channel?.close();
      removeEventListener('message', fromWindow);
    },
  };
}

/** An id for this window that outlives a reload, so that the other window finds it again. */
export function windowId(kind: 'host' | 'desk'): string {
  const key = `attention-lab/${kind}`;
  const fresh = `${kind}-${Math.round(1000 * performance.timeOrigin).toString(36)}`;
  try {
    const kept = sessionStorage.getItem(key);
    if (kept) return kept;
    sessionStorage.setItem(key, fresh);
  } catch {
    // Storage is refused: the id lasts as long as the page.
  }
  return fresh;
}
