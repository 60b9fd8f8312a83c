import { vi } from 'vitest';

/** A session history with the events that a browser sends: `go` both popstate and hashchange, a typed address too. */
export class FakeBrowser extends EventTarget {
  entries = [new URL('http://localhost/page#/')];
  at = 0;
  writes = 0;
  get url() {
    return this.entries[this.at]!;
  }
  get hashes() {
    return this.entries.map((entry) => entry.hash);
  }
  readonly history = {
    pushState: (_state: unknown, _title: string, url: string) => {
      this.writes++;
      this.entries = [...this.entries.slice(0, this.at + 1), new URL(url, this.url)];
      this.at++;
    },
    replaceState: (_state: unknown, _title: string, url: string) => {
      this.writes++;
      this.entries[this.at] = new URL(url, this.url);
    },
  };
  go(steps: number) {
    this.at += steps;
    this.#announce();
  }
  /** What a visitor types, or a link on the page. */
  visit(hash: string) {
    this.entries = [...this.entries.slice(0, this.at + 1), new URL(hash, this.url)];
    this.at++;
    this.#announce();
  }
  /** Puts it in the place of the globals, until `vi.unstubAllGlobals`. */
  install() {
    const { history } = this;
    const url = () => this.url;
    vi.stubGlobal('history', history);
    vi.stubGlobal('location', { get hash() { return url().hash; }, get href() { return url().href; } });
    vi.stubGlobal('addEventListener', this.addEventListener.bind(this));
    vi.stubGlobal('removeEventListener', this.removeEventListener.bind(this));
  }
  #announce() {
    this.dispatchEvent(new Event('popstate'));
    this.dispatchEvent(new Event('hashchange'));
  }
}
