/** The visitors that every other end-to-end test builds on: with WebGPU, without it, without an adapter. */
import { expect, test } from 'vitest';
import { openLab } from './lib/browser';

test('the built page loads in a browser with WebGPU, without errors and from this machine alone', async () => {
  const lab = await openLab();
  expect(await lab.page.title()).toBe('Attention Lab');
  expect(lab.errors).toEqual([]);
  expect(lab.foreign).toEqual([]);
  await lab.close();
});

test('a visitor without WebGPU has no navigator.gpu', async () => {
  const lab = await openLab({ webgpu: false });
  expect(await lab.page.evaluate(() => 'gpu' in navigator)).toBe(false);
  await lab.close();
});

test('a visitor without an adapter has navigator.gpu, and neither the window nor a worker gets an adapter', async () => {
  const lab = await openLab({ webgpu: 'no-adapter' });
  const inWindow = await lab.page.evaluate(() => navigator.gpu.requestAdapter());
  const inWorker = await lab.page.evaluate(
    () =>
      new Promise((resolve) => {
        const source = new Blob(['navigator.gpu.requestAdapter().then(postMessage)'], { type: 'text/javascript' });
        const worker = new Worker(URL.createObjectURL(source));
        worker.onmessage = (event) => resolve(event.data);
      }),
  );
  expect([inWindow, inWorker]).toEqual([null, null]);
  await lab.close();
});

test('errors, foreign requests and the language of a visitor are seen by the test', async () => {
  const lab = await openLab({ locale: 'zh-CN' });
  expect(await lab.page.evaluate(() => navigator.language)).toBe('zh-CN');
  await lab.page.goto('about:blank'); // the page itself may ask no other host
  await lab.page.evaluate(async () => {
    console.error('a planted error');
    await fetch('http://host.invalid/').catch(() => undefined);
    setTimeout(() => {
      throw new Error('a planted exception');
    });
  });
  await expect.poll(() => lab.errors.join('\n'), { timeout: 10_000 }).toMatch(/a planted error[^]*a planted exception/);
  expect(lab.foreign).toEqual(['http://host.invalid/']);
  await lab.close();
});
