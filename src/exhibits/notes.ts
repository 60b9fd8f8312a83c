import type { Exhibit } from '../lab/exhibit';
import type { LectureScene, Note, Sentence } from '../lab/lecture.svelte';
import type { FrameKey } from '../lab/text';
import type { Scene } from '../ui/lesson/scenes';

/** What is on screen, for the figures in the notes. */
export interface OnScreen {
  /** Null while nothing is measured. */
  readonly measurements: unknown;
  readonly values: Readonly<Record<string, unknown>>;
  /** For the {names} in the exhibit's sentences. */
  readonly sentences: Readonly<Record<string, string | number>>;
  /** What came true of the prediction, as text; null while that is not measured. */
  readonly measured: string | null;
  /** Writes a figure. */
  write(value: number | null): string;
}

const frame = (key: FrameKey): Sentence => ({ of: 'frame', key });

/** Title and notes of one screen, from the exhibit's own texts: what to expect, what is often said, the figures on screen. */
export function sceneOf(exhibit: Exhibit, scene: Scene, now: OnScreen): LectureScene {
  return { title: titleOf(exhibit, scene), notes: notesOf(exhibit, scene, now) };
}

function titleOf(exhibit: Exhibit, { part, step }: Scene): Sentence {
  const own = (key: string | undefined, other: FrameKey): Sentence => (key === undefined ? frame(other) : { of: 'exhibit', key });
  switch (part) {
    case 'question':
      return { of: 'exhibit', key: exhibit.title };
    case 'prediction':
      return frame(step === 0 ? 'predictHeading' : 'predictMeasured');
    case 'experiment':
      return own(exhibit.steps[step]?.say, 'partExperiment');
    case 'panels':
      return own(exhibit.panels?.[step + 1]?.title, 'partExperiment');
    case 'answer':
      return frame('partAnswer');
    case 'derivation':
      return own(exhibit.derivation?.[step]?.say, 'partDerivation');
    case 'prose':
      return frame('partProse');
    case 'said':
      return own(exhibit.said?.[step]?.claim, 'saidHeading');
    case 'shader':
      return frame('partShader');
    case 'sources':
      return frame('partSources');
  }
}

/** The speaker's notes for one screen of an exhibit. */
export function notesOf(exhibit: Exhibit, { part, step }: Scene, now: OnScreen): readonly Note[] {
  const say = (key: string): Sentence => ({ of: 'exhibit', key, values: now.sentences });
  const answer: Note[] = exhibit.say === undefined ? [] : [{ heading: 'noteAnswer', say: say(exhibit.say) }];
  const claim = (index: number): Note[] => {
    const one = exhibit.said?.[index];
    return one ? [{ heading: 'saidClaim', say: say(one.claim) }, { heading: 'saidEvidence', say: say(one.evidence) }] : [];
  };
  const line = (index: number) => {
    const live = now.measurements ? exhibit.derivation?.[index]?.live?.(now.measurements, now.values) : undefined;
    return (live ?? []).map(({ tex, value }) => ({ tex, value: now.write(value) }));
  };
  const figures = (): Note[] => {
    const all = (exhibit.derivation ?? []).flatMap((_, index) => line(index));
    const once = all.filter(({ tex }, index) => all.findIndex((other) => other.tex === tex) === index);
    return once.length > 0 ? [{ heading: 'noteFigures', say: frame('derivationLive'), figures: once }] : [];
  };
  const { prediction } = exhibit;
  const result = (): Note[] =>
    prediction && now.measured !== null ? [{ heading: 'predictMeasured', say: say(prediction.result), figures: [{ tex: '', value: now.measured }] }] : [];
  switch (part) {
    case 'question':
      return [...(prediction ? [{ heading: 'noteAsk', say: say(prediction.ask) } as const] : []), ...answer];
    case 'prediction':
      return [...result(), ...answer];
    case 'experiment':
      return [...figures(), ...claim(step % (exhibit.said?.length || 1))];
    case 'panels': {
      const look = exhibit.panels?.[step + 1]?.note;
      return [...(look === undefined ? [] : [{ heading: 'notePanel', say: say(look) } as const]), ...figures(), ...answer];
    }
    case 'answer':
      return (exhibit.said ?? []).flatMap((_, index) => claim(index));
    case 'derivation': {
      const own = exhibit.derivation?.[step];
      return own ? [{ heading: 'noteLine', say: say(own.say), figures: line(step) }] : [];
    }
    case 'prose':
      return exhibit.prose?.[step] === undefined ? [] : [{ heading: 'partProse', say: say(exhibit.prose[step]) }];
    case 'said':
      return claim(step);
    case 'shader':
    case 'sources':
      return answer;
  }
}
