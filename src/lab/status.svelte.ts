import type { AdapterFacts, NoGpuReason } from '../gpu';
import type { FrameKey } from './text';

const SENTENCES: Record<NoGpuReason, FrameKey> = {
  'no-webgpu': 'cpuNoWebgpu',
  'no-adapter': 'cpuNoAdapter',
  'no-device': 'cpuNoDevice',
  disabled: 'cpuDisabled',
};

/** What the page runs on, as the bar says it. */
export interface BackendLine {
  readonly key: FrameKey;
  readonly values: Readonly<Record<string, string>>;
}

/** Between the exhibit on screen, which knows its engine, and the bar, which shows it. */
export class Status {
  backend = $state.raw<BackendLine | null>(null);

  /** Shows an engine's backend. */
  show(engine: { readonly facts: AdapterFacts | null; readonly noGpu: NoGpuReason | null }): void {
    this.backend = engine.facts
      ? { key: 'gpu', values: { adapter: engine.facts.name } }
      : { key: SENTENCES[engine.noGpu ?? 'no-webgpu'], values: {} };
  }
}
