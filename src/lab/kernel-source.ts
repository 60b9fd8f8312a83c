import type { KernelName } from '../gpu';
import { librariesOf } from '../gpu/assemble';
import { shaderText } from '../gpu/shader-text';

/** A shader file to show. */
export interface ShaderFile {
  /** `softmax_forward`, or `lib/grid` for a library. */
  readonly name: string;
  /** Its path in the repository. */
  readonly path: string;
  readonly text: string;
}

/**
 * A kernel's file as the device gets it, and after it the libraries that it uses, each once, in the order in which they are
 * appended.
 */
export function kernelSource(name: KernelName): readonly ShaderFile[] {
  const files: ShaderFile[] = [];
  const add = (room: 'kernels' | 'lib', file: string) => {
    const path = `shaders/${room}/${file}.wgsl`;
    if (files.some((known) => known.path === path)) return;
    const text = shaderText(`${room}/${file}`);
    files.push({ name: room === 'lib' ? `lib/${file}` : file, path, text });
    for (const library of librariesOf(text)) add('lib', library);
  };
  add('kernels', name);
  return files;
}
