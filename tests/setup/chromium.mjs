// @ts-check
/**
 * Finds a Chromium, Chrome or Edge that is already installed, and the software Vulkan driver
 * (SwiftShader) that ships beside it. Uses nothing but Node, so that it can run before `npm ci`.
 */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** What to tell somebody who has no browser that the tests could use. */
export const INSTALL_ADVICE =
  'No Chromium, Chrome or Edge was found: install one of them (Debian: apt-get install chromium), ' +
  'or set CHROMIUM to its path, and run the command again.';

const LINUX_NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'microsoft-edge-stable',
];

const LINUX_FOLDERS = [
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/usr/lib64/chromium-browser',
  '/opt/google/chrome',
  '/opt/microsoft/msedge',
];

const MAC_APPS = [
  'Google Chrome.app/Contents/MacOS/Google Chrome',
  'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'Chromium.app/Contents/MacOS/Chromium',
];

const WINDOWS_PATHS = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
  'Chromium\\Application\\chrome.exe',
];

/**
 * Every place where this operating system keeps a suitable browser, best first.
 * @param {NodeJS.Platform} platform
 * @param {NodeJS.ProcessEnv} env
 * @returns {string[]} absolute paths, existing or not
 */
export function candidates(platform, env) {
  if (platform === 'darwin') {
    const roots = ['/Applications', ...(env.HOME ? [join(env.HOME, 'Applications')] : [])];
    return roots.flatMap((root) => MAC_APPS.map((app) => join(root, app)));
  }
  if (platform === 'win32') {
    const roots = [env.ProgramFiles, env['ProgramFiles(x86)'], env.LOCALAPPDATA];
    return roots.flatMap((root) => (root ? WINDOWS_PATHS.map((path) => join(root, path)) : []));
  }
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
  return [
    ...LINUX_NAMES.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...LINUX_FOLDERS.flatMap((folder) => ['chromium', 'chrome', 'msedge'].map((name) => join(folder, name))),
  ];
}

/**
 * The browser to test with: `CHROMIUM` if it is set, else the first one installed.
 * @returns {string | undefined} absolute path of the executable
 * @throws {Error} when `CHROMIUM` names a file that does not exist
 */
export function findChromium(platform = process.platform, env = process.env, exists = existsSync) {
  if (env.CHROMIUM) {
    if (exists(env.CHROMIUM)) return env.CHROMIUM;
    throw new Error(`CHROMIUM is set to ${env.CHROMIUM}, but there is no such file: correct it or unset it.`);
  }
  return candidates(platform, env).find((path) => exists(path));
}

/**
 * The folder that holds SwiftShader's driver file (`vk_swiftshader_icd.json`) beside a browser.
 * On Linux `/usr/bin/chromium` is often a shell script, hence the usual library folders too.
 * @param {string | undefined} browser
 * @returns {string | undefined}
 */
export function findSwiftShader(browser) {
  const beside = browser ? [dirname(browser), dirname(realpathSync(browser))] : [];
  return [...beside, ...LINUX_FOLDERS].find((folder) => existsSync(join(folder, 'vk_swiftshader_icd.json')));
}

/**
 * What a Node process needs in its environment, before it starts, to get a Vulkan device from Dawn.
 * A driver that the caller chose (`VK_DRIVER_FILES`, for instance a real GPU's) is left alone; so are
 * macOS and Windows, where Dawn uses Metal and Direct3D.
 * @param {string} runtimeFolder a folder of the caller's own, for `XDG_RUNTIME_DIR`
 * @returns {Record<string, string>}
 */
export function vulkanEnvironment(runtimeFolder, platform = process.platform, env = process.env) {
  if (platform === 'darwin' || platform === 'win32') return {};
  /** @type {Record<string, string>} */
  const result = env.XDG_RUNTIME_DIR ? {} : { XDG_RUNTIME_DIR: runtimeFolder };
  const chosen = env.VK_DRIVER_FILES ?? env.VK_ICD_FILENAMES;
  const folder = chosen ? undefined : findSwiftShader(findChromium(platform, env));
  if (!folder) return result;
  const icd = join(folder, 'vk_swiftshader_icd.json');
  result.VK_DRIVER_FILES = icd;
  result.VK_ICD_FILENAMES = icd; // what loaders before 1.3.207 read
  if (existsSync(join(folder, 'libvulkan.so.1'))) {
    // A machine without the system's Vulkan loader still has the one that the browser ships.
    result.LD_LIBRARY_PATH = [env.LD_LIBRARY_PATH, folder].filter(Boolean).join(delimiter);
  }
  return result;
}

/** Whether this is Debian or one of its children, where `apt-get` installs a Chromium. */
export function isDebian(release = '/etc/os-release') {
  return existsSync(release) && /^ID(_LIKE)?=.*debian/m.test(readFileSync(release, 'utf8'));
}
