/** Made by src/cli/wgsl-plugin.mjs. */
declare module 'virtual:kernel-version' {
  /** A short name for the code of all kernels, which changes with each of them. */
  const version: string;
  export default version;
}
