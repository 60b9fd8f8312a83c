// A Chromium whose WebGPU runs on the software GPU, or with LAB_TEST_GPU=hardware on the machine's own.
import { chromium } from 'playwright-core';
import { INSTALL_ADVICE, findChromium, findSwiftShader } from '../../tests/setup/chromium.mjs';

const FLAGS = [
  '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--disable-gpu-watchdog', '--enable-unsafe-webgpu', '--enable-features=Vulkan',
];
const SOFTWARE = ['--use-webgpu-adapter=swiftshader', '--use-vulkan=swiftshader', '--use-angle=vulkan', '--enable-unsafe-swiftshader'];

/** Options for playwright's launch and launchPersistentContext. @throws when there is no browser */
export function launchOptions() {
  const executablePath = findChromium();
  if (!executablePath) throw new Error(INSTALL_ADVICE);
  const hardware = process.env.LAB_TEST_GPU === 'hardware';
  // Chromium composes GPU canvases through the system's Vulkan, which may have no driver of its own.
  const driver = hardware ? undefined : findSwiftShader(executablePath);
  const icd = driver && `${driver}/vk_swiftshader_icd.json`;
  return {
    executablePath,
    args: [...FLAGS, ...(hardware ? [] : SOFTWARE)],
    env: { ...process.env, ...(icd && { VK_DRIVER_FILES: icd, VK_ICD_FILENAMES: icd }) },
  };
}

export const launch = () => chromium.launch(launchOptions());
