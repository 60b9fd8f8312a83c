/** What a visitor reads when the maps cannot be drawn, or would look black. */
import { expect, test } from 'vitest';
import { notices, paramsOf, say, set, visit } from './lib/visit';

/** A device that refuses the shader of the maps, in its second line. */
const BREAK_MAPS = `
  const create = GPUDevice.prototype.createShaderModule;
  GPUDevice.prototype.createShaderModule = function (given) {
    const code = given.code.split('\\n');
    if (/heatmap/.test(given.label)) code[1] = 'nonsense;';
    return create.call(this, { ...given, code: code.join('\\n') });
  };`;

test('a device that refuses the shader of the maps is named with file and line', async () => {
  const lab = await visit({ initScript: BREAK_MAPS, path: '#/?source=random&n=8&heads=1&dk=4' });
  await expect.poll(() => notices(lab)).toEqual([expect.stringMatching(/shaders\/views\/heatmap\.wgsl does not compile .* line 2:/)]);
  await lab.close();
});

test('many keys on the 0–1 scale bring one line that offers the root scale', async () => {
  const lab = await visit({ path: '#/?source=random&n=512&heads=1&dk=4' });
  const hint = lab.page.getByRole('status').filter({ hasText: say('en', 'darkHint', { n: 512 }) });
  await hint.getByRole('button', { name: say('en', 'darkAction') }).click();
  expect((await paramsOf(lab)).root).toBe(true);
  await hint.waitFor({ state: 'detached' });
  await set(lab, { root: false, n: 64 });
  expect(await hint.count()).toBe(0);
  expect(lab.errors).toEqual([]);
  await lab.close();
});
