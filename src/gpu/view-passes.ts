import type { AssembledShader } from './assemble';
import { KernelError } from './errors';

export const ATLAS_FORMAT: GPUTextureFormat = 'rgba8unorm';

interface Pass {
  readonly vertex: string;
  readonly fragment: string;
  /** What it reads: the tensors, or the atlas that was coloured from them. */
  readonly reads: 'source' | 'atlas';
  /** Whether it draws into the atlas, not the target. */
  readonly intoAtlas?: true;
  /** With a second tensor, which is subtracted or hides cells. */
  readonly second?: boolean;
}

const DECLARED = {
  colour: { vertex: 'atlas_corner', fragment: 'colour_cell', reads: 'source', intoAtlas: true, second: false },
  magnify: { vertex: 'spread_corner', fragment: 'magnify', reads: 'atlas' },
  colourSecond: { vertex: 'atlas_corner', fragment: 'colour_cell', reads: 'source', intoAtlas: true, second: true },
  reduce: { vertex: 'map_corner', fragment: 'reduce', reads: 'source', second: false },
  reduceSecond: { vertex: 'map_corner', fragment: 'reduce', reads: 'source', second: true },
} as const satisfies Readonly<Record<string, Pass>>;

export type PassName = keyof typeof DECLARED;

/** All passes, those first that a page with small maps begins with. */
export const PASS_NAMES = Object.keys(DECLARED) as readonly PassName[];

/** The passes of shaders/views/heatmap.wgsl for one format of target. Each is compiled when it is first asked for. */
export class Passes {
  readonly #compiled = new Map<PassName, GPURenderPipeline>();
  readonly #compiling = new Map<PassName, Promise<void>>();

  constructor(
    private readonly device: GPUDevice,
    private readonly shader: AssembledShader,
    private readonly module: GPUShaderModule,
    private readonly layouts: Readonly<Record<'frame' | 'source' | 'atlas', GPUBindGroupLayout>>,
    private readonly format: GPUTextureFormat,
  ) {}

  /** Those of `names` that cannot be used yet, each once. */
  missing(names: readonly PassName[]): readonly PassName[] {
    return [...new Set(names)].filter((name) => !this.#compiled.has(name));
  }

  /** A pass that is compiled. */
  get(name: PassName): GPURenderPipeline {
    return this.#compiled.get(name)!;
  }

  /** Compiles some passes. @throws KernelError when the device refuses the shader */
  async compile(names: readonly PassName[]): Promise<void> {
    await Promise.all(
      names.map((name) => {
        let compiling = this.#compiling.get(name);
        if (!compiling) this.#compiling.set(name, (compiling = this.#compile(name)));
        return compiling;
      }),
    );
  }

  async #compile(name: PassName): Promise<void> {
    const { vertex, fragment, reads, intoAtlas, second }: Pass = DECLARED[name];
    const target = intoAtlas ? ATLAS_FORMAT : this.format;
    try {
      const pipeline = await this.device.createRenderPipelineAsync({
        label: `views/heatmap/${fragment} ${target}`,
        // Group 0 is the frame's, for all of them.
        layout: this.device.createPipelineLayout({ label: `views/heatmap/${fragment}`, bindGroupLayouts: [this.layouts.frame, this.layouts[reads]] }),
        vertex: { module: this.module, entryPoint: vertex },
        fragment: {
          module: this.module,
          entryPoint: fragment,
          targets: [{ format: target }],
          ...(second !== undefined && { constants: { MINUS: Number(second) } }),
        },
        primitive: { topology: 'triangle-strip' },
      });
      this.#compiled.set(name, pipeline);
    } catch (error) {
      const info = await this.module.getCompilationInfo();
      const first = info.messages.find((message) => message.type === 'error');
      const { file, line } = this.shader.locate(first?.lineNum ?? 1);
      throw new KernelError('views/heatmap', file, line, first?.message ?? (error instanceof Error ? error.message : String(error)));
    }
  }
}
