/**
 * Opens the built page in a real Chromium for end-to-end tests. One server and one browser serve a
 * whole test file; each `openLab` is a fresh visitor with nothing stored.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll } from 'vitest';
import { serve } from '../../../src/cli/static-server.mjs';
import { INSTALL_ADVICE, findChromium, findSwiftShader } from '../../setup/chromium.mjs';

/** Who opens the page, and how. Everything left out is an English desktop visitor with WebGPU. */
export interface LabOptions {
  /** Path, query and hash below the page's address: `'?n=64#scaling'`. */
  path?: string;
  /** CSS pixels. */
  viewport?: { width: number; height: number };
  /** Device pixels per CSS pixel. */
  deviceScaleFactor?: number;
  /** A touch screen with a phone's user agent rules (`isMobile`). */
  mobile?: boolean;
  /** BCP 47 tag of the browser's language: `'zh-CN'`. */
  locale?: string;
  colorScheme?: 'light' | 'dark';
  reducedMotion?: 'reduce' | 'no-preference';
  forcedColors?: 'active' | 'none';
  /**
   * False: a browser from before WebGPU, whose windows have no `navigator.gpu`. 'no-adapter': a browser
   * that knows WebGPU on a machine that offers it no adapter. No adapter is offered to workers either.
   */
  webgpu?: boolean | 'no-adapter';
  /** Runs in the page before any of its own scripts. */
  initScript?: string;
  /** Another address than that of the served build: a sub-path (ending in a slash), or a `file:` page. */
  url?: string;
  /** True: the page may install its service worker. Without it the browser has none, as in a private window of Firefox. */
  serviceWorker?: boolean;
}

/** A page that is open, and what went wrong in it so far. */
export interface Lab {
  browser: Browser;
  context: BrowserContext;
  page: Page;
  /** Address of the page without `path`, ending in a slash. */
  url: string;
  /** Console messages of level error, uncaught exceptions and failed requests, in order. */
  errors: string[];
  /** Console messages of level warning, in order. */
  warnings: string[];
  /** Addresses of requests to any host but this machine. */
  foreign: string[];
  /** Addresses of all requests, in order; `data:` and `blob:` are none. */
  requests: string[];
  close: () => Promise<void>;
}

/** Flags that every browser of the tests gets: no background traffic, no first-run pages. */
const QUIET_FLAGS = [
  '--no-sandbox', // tests may run as root in a container
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** WebGPU, allowed wherever there is an adapter. */
const WEBGPU_FLAGS = ['--enable-unsafe-webgpu', '--enable-features=Vulkan'];

/** The same software GPU on every machine. `LAB_TEST_GPU=hardware` leaves the choice to the browser. */
const SOFTWARE_GPU_FLAGS = [
  '--use-webgpu-adapter=swiftshader',
  '--use-vulkan=swiftshader',
  '--use-angle=vulkan',
  '--enable-unsafe-swiftshader',
];

/** The flags for a browser that offers WebGPU adapters, or none. */
export function browserFlags(webgpu: boolean): string[] {
  if (!webgpu) return [...QUIET_FLAGS, '--disable-gpu'];
  const software = process.env.LAB_TEST_GPU === 'hardware' ? [] : SOFTWARE_GPU_FLAGS;
  return [...QUIET_FLAGS, ...WEBGPU_FLAGS, ...software];
}

/** Milliseconds that an action of a test waits for what it acts on: SwiftShader on a busy machine is slow, not that slow. */
const ACTION_LIMIT = 15_000;

const browsers = new Map<boolean, Promise<Browser>>();
let server: ReturnType<typeof serve> | undefined;

/** Starts a browser that belongs to the caller, who closes it. */
export function launch(webgpu = true): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error(INSTALL_ADVICE);
  // Chromium composes GPU canvases through the system's Vulkan, which may have no driver of its own.
  const folder = process.env.LAB_TEST_GPU === 'hardware' ? undefined : findSwiftShader(executablePath);
  const driver = folder && `${folder}/vk_swiftshader_icd.json`;
  const env = { ...process.env, ...(driver && { VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver }) } as Record<string, string>;
  return chromium.launch({ executablePath, args: browserFlags(webgpu), headless: true, env });
}

function sharedBrowser(webgpu: boolean): Promise<Browser> {
  let browser = browsers.get(webgpu);
  if (!browser) {
    browser = launch(webgpu);
    browsers.set(webgpu, browser);
  }
  return browser;
}

/** `dist/`, or the folder that LAB_TEST_DIST names. @throws when it holds no built page */
export function distFolder(): string {
  const dist = process.env.LAB_TEST_DIST ?? fileURLToPath(new URL('../../../dist', import.meta.url));
  if (!existsSync(`${dist}/index.html`)) {
    throw new Error(`${dist} holds no built page: run npm run build before the end-to-end tests.`);
  }
  return dist;
}

/** Serves the built page on a free port for the rest of this test file; the address ends in a slash. */
export async function serveDist(): Promise<string> {
  server ??= serve(distFolder());
  return `${(await server).url}/`;
}

/** Notes what goes wrong in a context: errors, warnings, and requests that leave this machine. */
function watch(context: BrowserContext, lab: Pick<Lab, 'errors' | 'warnings' | 'foreign' | 'requests'>): void {
  context.on('console', (message) => {
    if (message.type() === 'error') lab.errors.push(message.text());
    if (message.type() === 'warning') lab.warnings.push(message.text());
  });
  context.on('weberror', (error) => lab.errors.push(String(error.error().stack ?? error.error())));
  context.on('requestfailed', (request) => {
    // A page that is left behind aborts what it was still fetching; that is no failure.
    const reason = request.failure()?.errorText ?? 'failed';
    if (reason !== 'net::ERR_ABORTED') lab.errors.push(`${request.url()}: ${reason}`);
  });
  context.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (!/^(data|blob):$/.test(protocol)) lab.requests.push(request.url());
    const here = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
    if (/^(https?|wss?):$/.test(protocol) && !here) lab.foreign.push(request.url());
  });
}

/**
 * Opens the built page as a new visitor and waits until its document has loaded (not until the first
 * picture is drawn: await `lab.ready` in the page for that).
 * @throws {Error} when there is no browser or no built page, or when the visitor asked for WebGPU and
 *   the browser offers no adapter: tests of the GPU fail then, they are never skipped
 */
export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const { webgpu = true, mobile = false, path = '', initScript } = options;
  const url = options.url ?? (await serveDist());
  const browser = await sharedBrowser(webgpu === true);
  const context = await browser.newContext({
    viewport: options.viewport ?? { width: 1280, height: 800 },
    deviceScaleFactor: options.deviceScaleFactor,
    isMobile: mobile,
    hasTouch: mobile,
    locale: options.locale ?? 'en-US',
    colorScheme: options.colorScheme ?? 'light',
    reducedMotion: options.reducedMotion ?? 'no-preference',
    forcedColors: options.forcedColors ?? 'none',
  });
  const lab: Lab = { browser, context, page: await context.newPage(), url, errors: [], warnings: [], foreign: [], requests: [], close: () => context.close() };
  watch(context, lab);
  context.setDefaultTimeout(ACTION_LIMIT);
  // No flag of Chromium takes the property away.
  if (webgpu === false) await context.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'gpu'));
  if (!options.serviceWorker) await context.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'));
  if (initScript) await context.addInitScript({ content: initScript });
  await lab.page.goto(new URL(path, url).href);
  await assertGpu(lab.page, webgpu);
  return lab;
}

/** Makes sure that the visitor has what the test asked for, so that no test passes for another reason. */
async function assertGpu(page: Page, expected: boolean | 'no-adapter'): Promise<void> {
  const found = await page.evaluate(async () => {
    if (!('gpu' in navigator)) return false;
    return (await navigator.gpu.requestAdapter()) ? true : 'no-adapter';
  });
  if (found === expected) return;
  if (expected === true) {
    throw new Error(
      'This browser offers no WebGPU adapter, so the end-to-end tests fail: install a recent Chromium, or set CHROMIUM to one.',
    );
  }
  throw new Error(`The test asked for webgpu: ${expected}, but the browser has ${found}.`);
}

afterAll(async () => {
  await Promise.all([...browsers.values()].map(async (browser) => (await browser).close()));
  browsers.clear();
  await (await server)?.close();
  server = undefined;
});
