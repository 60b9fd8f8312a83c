/** What the build adds to the page: the list of the service worker, the policy, and the page as one file. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { stampWorker } from '../../src/cli/offline-plugin.mjs';
import { policy, withPolicy } from '../../src/cli/policy-plugin.mjs';
import { asInlineScript, inlined, withInlineWorkers } from '../../src/cli/single-plugin.mjs';

const sha256 = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;

describe('the list in the service worker', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lab-stamp-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (path: string, text: string) => writeFileSync(join(folder, path), text);
  const stamp = () => {
    stampWorker(folder);
    const [first, ...rest] = readFileSync(join(folder, 'sw.js'), 'utf8').split('\n');
    return { build: JSON.parse(first!.slice('const BUILD='.length, -1)) as { version: string; files: Record<string, string> }, rest: rest.join('\n') };
  };
  mkdirSync(join(folder, 'assets'));
  write('index.html', '<!doctype html>');
  write('assets/a b.js', 'a');
  write('sw.js', 'work();\n');

  test('names each file but the worker, with its hash; the page is the folder itself', () => {
    const { build, rest } = stamp();
    expect(build.files).toEqual({ '': sha256('<!doctype html>'), 'assets/a%20b.js': sha256('a') });
    expect(rest).toBe('work();\n');
  });

  test('is replaced by a newer one, whose version differs exactly when a file does', () => {
    const { build: before } = stamp();
    const again = stamp();
    expect(again.build.version).toBe(before.version);
    expect(again.rest).toBe('work();\n');
    write('index.html', '<!doctype html><p>');
    expect(stamp().build.version).not.toBe(before.version);
  });
});

describe('the policy', () => {
  test('stands first in the head', () => {
    expect(withPolicy('<html><head><script src="a.js"></script></head></html>', "default-src 'none'")).toMatch(
      /<head>\s*<meta http-equiv="Content-Security-Policy" content="default-src 'none'" \/><script/,
    );
  });
  test('is closed but for the page itself', () => {
    expect(policy()).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(policy()).not.toMatch(/unsafe|https?:|\*/);
  });
});

describe('the page as one file', () => {
  test('starts its workers from their own text', () => {
    const code = "const a = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });\nnew Worker(new URL(\"../b.ts\", import.meta.url), {\n type: \"module\" });";
    expect(withInlineWorkers(code)).toBe(
      'import InlineWorker0 from "./worker.ts?worker&inline";\nimport InlineWorker1 from "../b.ts?worker&inline";\nconst a = new InlineWorker0();\nnew InlineWorker1();',
    );
    expect(withInlineWorkers('new Worker(address)')).toBeNull();
  });

  test('has no end of a script within its script, and the script means the same', () => {
    const values = ['</script>', '<!-- x -->', '</SCRIPT', 'a < b', '<div>'];
    const safe = asInlineScript(`return [${values.map((value) => `\`${value}\``).join()}, /<\\/script>/.test('</script>'), /<!--/u.test('<!--')]`);
    expect(safe).not.toMatch(/<\/script|<!--/i);
    expect(new Function(safe)()).toEqual([...values, true, true]);
  });

  test('allows its own script and style by their hashes, and loads nothing', () => {
    const html = '<html><head><link rel="icon" href="data:,"><script type="module" crossorigin src="./a.js"></script><link rel="stylesheet" href="./a.css"></head><body></body></html>';
    const page = inlined(html, "say('$& </script>')", 'p { content: "$1" }');
    const script = /<script type="module">([^]*?)<\/script>/.exec(page)![1]!;
    expect(script).toBe("say('$& \\x3c/script>')");
    expect(page).toContain('<style>p { content: "$1" }</style>');
    expect(page).toContain(`script-src '${sha256(script)}'; style-src '${sha256('p { content: "$1" }')}'`);
    expect(page).not.toMatch(/\ssrc=|rel="stylesheet"|'self'|unsafe/);
  });
});

describe('the workflow for GitHub Pages', () => {
  const workflow = readFileSync(new URL('../../.github/workflows/pages.yml', import.meta.url), 'utf8');
  const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { scripts: object };

  test('tests before it builds, with commands that there are, and publishes dist', () => {
    const commands = [...workflow.matchAll(/run: npm (?:run )?(.+)/g)].map((match) => match[1]);
    expect(commands).toEqual(['test', 'build']);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(commands));
    expect(workflow).toMatch(/upload-pages-artifact@v\d+\n\s+with:\n\s+path: dist\n/);
  });

  test("may write nothing but the page, and runs GitHub's own actions only", () => {
    expect(workflow).toMatch(/^permissions: \{\}$/m);
    expect([...workflow.matchAll(/^\s+([\w-]+): (read|write)$/gm)].map((match) => `${match[1]} ${match[2]}`)).toEqual(['contents read', 'pages write', 'id-token write']);
    for (const [, action] of workflow.matchAll(/uses: (.+)/g)) expect(action).toMatch(/^actions\/[\w-]+@v\d+$/);
  });
});
