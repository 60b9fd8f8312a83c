// @ts-check
/** The Content-Security-Policy of the built page. `frame-ancestors` works in a header only (docs/deploy.md). */
const POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data: blob:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'worker-src': "'self' blob:",
  'manifest-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
};

/**
 * A policy as one line, with some of its parts replaced.
 * @param {Partial<Record<keyof typeof POLICY, string>>} [changes]
 */
export const policy = (changes = {}) =>
  Object.entries({ ...POLICY, ...changes }).map(([part, sources]) => `${part} ${sources}`).join('; ');

/**
 * A page with a policy as the first element of its head: it judges what stands after it.
 * @param {string} html
 * @param {string} content
 */
export const withPolicy = (html, content) =>
  html.replace('<head>', () => `<head>\n    <meta http-equiv="Content-Security-Policy" content="${content}" />`);

/**
 * Puts the policy into the built page. The dev server needs inline scripts and has none.
 * @returns {import('vite').Plugin}
 */
export function contentPolicy() {
  return {
    name: 'content-policy',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (html) => withPolicy(html, policy()),
    },
  };
}
