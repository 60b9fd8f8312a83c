/**
 * The page's side of the service worker (service-worker.ts): registers it, and knows when a newer build is stored and waits.
 * Nothing is ever reloaded before the visitor asks for it.
 */
export class Updates {
  #ready = $state(false);
  #asked = false;
  #registration: ServiceWorkerRegistration | null = null;
  #controlled: boolean;

  private constructor(private readonly container: ServiceWorkerContainer) {
    this.#controlled = container.controller !== null;
    container.addEventListener('controllerchange', this.#onController);
  }

  /**
   * Registers the worker. Resolves to null where a browser offers none or refuses it (a private window, plain http): the page
   * works there too, with the network.
   */
  static async start(): Promise<Updates | null> {
    const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
    if (!container) return null;
    try {
      const updates = new Updates(container);
      await updates.#register();
      return updates;
    } catch {
      return null;
    }
  }

  /** True when another build than the one on screen would be shown after a reload. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Lets the new build in, then loads the page again at its present address. */
  reload(): void {
    const waiting = this.#registration?.waiting;
    this.#asked = true;
    // Where another window has let it in already, there is nothing to wait for.
    if (waiting) waiting.postMessage('take over');
    else location.reload();
  }

  async #register(): Promise<void> {
    this.container.controller?.postMessage('tidy');
    const registration = await this.container.register('./sw.js', { updateViaCache: 'none' });
    this.#registration = registration;
    if (registration.waiting && this.#controlled) this.#ready = true;
    this.#follow(registration.installing);
    registration.addEventListener('updatefound', () => this.#follow(registration.installing));
    if (navigator.onLine) registration.update().catch(() => leaveIfGone(registration).catch(() => undefined)); // without the network there is nothing to learn
  }

  #follow(worker: ServiceWorker | null): void {
    worker?.addEventListener('statechange', () => {
      // The first build of all is installed without a controller: it is the one on screen.
      if (worker.state === 'installed' && this.#controlled) this.#ready = true;
    });
  }

  #onController = (): void => {
    if (this.#asked) location.reload();
    else if (this.#controlled) this.#ready = true; // another window let the new build in
    this.#controlled = true;
  };
}

/**
 * Removes a worker whose server answers but no longer has it: another page lives at this address now (on localhost, the next
 * project on the same port), and the visitor's next reload must show that one.
 */
async function leaveIfGone(registration: ServiceWorkerRegistration): Promise<void> {
  if (!navigator.onLine) return; // gone meanwhile
  const { status, ok, headers } = await fetch('./sw.js', { method: 'HEAD', cache: 'no-store' });
  const isPage = ok && headers.get('content-type')?.startsWith('text/html'); // what many dev servers answer to any path
  if (status === 404 || isPage) registration.active?.postMessage('leave');
}
