import type { BindGroups } from './bind-groups';
import type { Command } from './commands';
import type { StageTimer } from './timing';

/** The uniforms of one submit, written together and read at dynamic offsets. */
export interface UniformArena {
  readonly buffer: GPUBuffer;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly alignment: number;
}

/** What encoding needs of its device. */
export interface EncodeContext {
  readonly device: GPUDevice;
  readonly arena: UniformArena;
  readonly bindGroups: BindGroups;
  readonly timer: StageTimer | null;
  /** Whether each stage gets a pass of its own with timestamps. */
  readonly timing: boolean;
}

/** Encodes recorded commands, whose pipelines are all compiled, in order, and submits them: once, unless an upload or a full arena parts them. */
export function encode({ device, arena, bindGroups, timer, timing }: EncodeContext, commands: readonly Command[]): void {
  const queue = device.queue;
  let encoder: GPUCommandEncoder | null = null;
  let pass: GPUComputePassEncoder | null = null;
  let passStage = '';
  let arenaUsed = 0;
  let bound: GPUComputePipeline | null = null;

  const endPass = () => {
    pass?.end();
    pass = null;
    bound = null;
  };
  const submit = (last = false) => {
    endPass();
    if (last && timer?.waiting) open();
    if (!encoder) return;
    const afterwards = last ? (timer?.resolve(encoder) ?? null) : null;
    if (arenaUsed > 0) queue.writeBuffer(arena.buffer, 0, arena.bytes, 0, arenaUsed);
    queue.submit([encoder.finish()]);
    afterwards?.();
    encoder = null;
    arenaUsed = 0;
  };
  const open = () => (encoder ??= device.createCommandEncoder({ label: 'gpu/step' }));

  for (const command of commands) {
    switch (command.kind) {
      case 'dispatch': {
        const size = command.uniforms ? Math.ceil(command.uniforms.byteLength / arena.alignment) * arena.alignment : 0;
        if (arenaUsed + size > arena.bytes.byteLength) submit();
        if (pass && timing && passStage !== command.stage) endPass();
        if (!pass) {
          const timestampWrites = timing && command.stage ? timer?.writesFor(command.stage) : undefined;
          pass = open().beginComputePass({ label: command.stage || command.kernel.name, ...(timestampWrites && { timestampWrites }) });
          passStage = command.stage;
        }
        const live: GPUComputePassEncoder = pass;
        const pipeline = command.kernel.pipeline(command.overrides) as GPUComputePipeline;
        if (pipeline !== bound) live.setPipeline((bound = pipeline));
        if (command.uniforms) {
          arena.bytes.set(new Uint8Array(command.uniforms), arenaUsed);
          live.setBindGroup(0, bindGroups.of(command.kernel, command.bindings), [arenaUsed]);
          arenaUsed += size;
        } else {
          live.setBindGroup(0, bindGroups.of(command.kernel, command.bindings));
        }
        live.dispatchWorkgroups(...command.workgroups);
        break;
      }
      case 'write':
        submit(); // a queue write happens before the next submit, so what was recorded earlier goes first
        queue.writeBuffer(command.buffer.buffer, 0, command.data);
        break;
      case 'clear':
        endPass();
        open().clearBuffer(command.buffer.buffer, 0, command.bytes);
        break;
      case 'copy':
        endPass();
        open().copyBufferToBuffer(command.from, command.fromOffset, command.to, 0, command.bytes);
        break;
      case 'destroy':
        break; // once everything before it is submitted
    }
  }
  submit(true);
}
