import { wgslSource, type SourceName } from './sources';

/** A shader as the device sees it, and where each of its lines came from. */
export interface AssembledShader {
  readonly name: SourceName;
  readonly code: string;
  /** The file and line behind line `line` (1-based) of `code`. */
  locate(line: number): { file: string; line: number };
}

/**
 * Appends to a shader the libraries that it names, each once, libraries of libraries included.
 *
 * A file names its libraries on a line of its own: `// use: philox, normal`. They come *after* the file's own text, so
 * that the compiler's line numbers are the file's and `enable` lines stay first.
 */
export function assemble(name: SourceName, read: (name: SourceName) => string = wgslSource): AssembledShader {
  const parts: { file: string; text: string }[] = [];
  const seen = new Set<SourceName>();
  const add = (part: SourceName) => {
    if (seen.has(part)) return;
    seen.add(part);
    const text = read(part);
    parts.push({ file: `shaders/${part}.wgsl`, text });
    for (const library of librariesOf(text)) add(`lib/${library}`);
  };
  add(name);

  const starts: number[] = [];
  let line = 1;
  for (const part of parts) {
    starts.push(line);
    line += part.text.split('\n').length;
  }
  return {
    name,
    code: parts.map((part) => part.text).join('\n'),
    locate(at) {
      let index = starts.length - 1;
      while (index > 0 && starts[index]! > at) index--;
      return { file: parts[index]!.file, line: at - starts[index]! + 1 };
    },
  };
}

/** The library names on a file's `// use:` lines. */
export function librariesOf(text: string): string[] {
  return [...text.matchAll(/^\/\/ use:(.*)$/gm)].flatMap((match) =>
    match[1]!.split(',').map((library) => library.trim()).filter(Boolean),
  );
}
