/** The lecture: going through screens, what covers them, and the notes of an exhibit. */
import { expect, test, describe } from 'vitest';
import { Lecture, type LectureScene } from '../../../src/lab/lecture.svelte';
import { LessonOnScreen } from '../../../src/lab/lesson-on-screen.svelte';
import { notesOf, sceneOf, type OnScreen } from '../../../src/exhibits/notes';
import { PARTS, scenesOf } from '../../../src/ui/lesson/scenes';
import { everyLanguage } from '../../setup/sentences';
import { elapsedText } from '../../../src/ui/presenter/clock';
import heads from '../../../src/exhibits/heads';
import masks from '../../../src/exhibits/masks';
import norms from '../../../src/exhibits/norms';
import scaling from '../../../src/exhibits/scaling';

function started(count = 12) {
  const lecture = new Lecture();
  const went: number[] = [];
  let place = 0;
  let resets = 0;
  const leave = lecture.attend({
    slug: 'sample', count,
    get place() {
      return place;
    },
    scene: (at): LectureScene => ({ title: { of: 'words', words: `screen ${at}` }, notes: [{ heading: 'noteAnswer', say: { of: 'words', words: 'own' } }] }),
    go: (to) => void went.push((place = to)),
    reset: () => void resets++,
  });
  return { lecture, went, leave, resets: () => resets };
}

describe('the lecture', () => {
  test('goes on and back and stops at its ends', () => {
    const { lecture, went } = started(3);
    lecture.move(-1);
    lecture.move(1);
    lecture.go(99);
    lecture.move(1);
    expect(went).toEqual([1, 2]);
  });

  test('jumps to the number that is typed', () => {
    const { lecture, went } = started(12);
    lecture.digit(1, 0);
    lecture.digit(2, 300);
    lecture.digit(4, 5000);
    expect(went).toEqual([11, 3]);
  });

  test('goes on out of the blank', () => {
    const { lecture, went } = started();
    lecture.blank = true;
    lecture.move(1);
    expect([lecture.blank, went]).toEqual([false, [1]]);
  });

  test('uncovers the blank before the spotlight', () => {
    const { lecture } = started();
    lecture.blank = lecture.spotlight = true;
    lecture.release();
    expect([lecture.blank, lecture.spotlight]).toEqual([false, true]);
    lecture.release();
    expect(lecture.spotlight).toBe(false);
  });

  test('tells the exhibit’s notes, and those of a teacher’s lesson while it is on screen', () => {
    const { lecture, went } = started(2);
    expect(lecture.sceneAt(0)!.notes.map(({ heading }) => heading)).toEqual(['noteAnswer']);
    const shown = new LessonOnScreen();
    const said = [{ heading: 'Four numbers', note: '' }, { heading: '', note: 'ask the last row' }, { heading: '', note: '' }];
    shown.show({ title: 'My lesson', step: 2, of: 3, heading: '', note: 'ask the last row', noteForStudents: false, addresses: ['#/a', '#/b', '#/c'], said });
    lecture.lesson = shown.lecturer;
    expect(lecture.lecturer!.place).toBe(1);
    expect(lecture.sceneAt(0)).toEqual({ title: { of: 'words', words: 'Four numbers' }, notes: [] });
    expect(lecture.sceneAt(1)!.notes[0]).toEqual({ heading: 'noteTeacher', say: { of: 'words', words: 'ask the last row' } });
    expect(lecture.sceneAt(1)!.title).toEqual({ of: 'words', words: 'My lesson' });
    expect([lecture.sceneAt(-1), lecture.sceneAt(3)]).toEqual([null, null]);
    // The exhibit's own screens stay where they are.
    lecture.lesson = null;
    expect([lecture.sceneAt(1)!.notes.length, lecture.sceneAt(2), went]).toEqual([1, null, []]);
  });

  test('without anybody who lectures does nothing, and resets nothing', () => {
    const { lecture, leave, went, resets } = started();
    lecture.reset();
    leave();
    lecture.move(1);
    lecture.digit(1, 0);
    lecture.reset();
    expect([went, resets(), lecture.sceneAt(0)]).toEqual([[], 1, null]);
  });
});

describe('the notes of an exhibit', () => {
  const now: OnScreen = { measurements: null, values: {}, sentences: {}, measured: null, write: String };
  const scenes = scenesOf(new Set(PARTS), {
    prediction: 2, experiment: scaling.steps.length, panels: scaling.panels!.length - 1, derivation: scaling.derivation?.length, prose: scaling.prose?.length, said: scaling.said?.length,
  });

  test('quote sentences that it has, on every screen', async () => {
    const sentences = await everyLanguage(scaling.text);
    expect(scenes.length).toBeGreaterThan(25);
    for (const scene of scenes) {
      const { title, notes } = sceneOf(scaling, scene, now);
      for (const sentence of [title, ...notes.map(({ say }) => say)]) if (sentence.of === 'exhibit') for (const words of Object.values(sentences)) expect(words).toHaveProperty(sentence.key);
    }
  });

  test.each([heads, masks, norms, scaling].map((exhibit) => [exhibit.slug, exhibit] as const))('every panel of %s has a title and tells the speaker what to look at, in every language', async (_, exhibit) => {
    const sentences = await everyLanguage(exhibit.text);
    for (const [index, panel] of exhibit.panels!.slice(1).entries()) {
      const { title, notes } = sceneOf(exhibit, { part: 'panels', step: index }, now);
      expect(title).toEqual({ of: 'exhibit', key: panel.title });
      expect(notes[0]).toEqual({ heading: 'notePanel', say: { of: 'exhibit', key: panel.note, values: {} } });
      for (const words of Object.values(sentences)) expect([words[panel.title], words[panel.note!]].every(Boolean)).toBe(true);
    }
  });

  test('say what should come out before it is shown, and what came out', () => {
    expect(notesOf(scaling, { part: 'question', step: 0 }, now).some(({ heading }) => heading === 'noteAnswer')).toBe(true);
    const measured = notesOf(scaling, { part: 'prediction', step: 1 }, { ...now, measured: '0.97' });
    expect(measured[0]).toMatchObject({ heading: 'predictMeasured', figures: [{ value: '0.97' }] });
  });
});

test.each([[0, '0:00'], [999, '0:00'], [61_000, '1:01'], [754_321, '12:34'], [3_909_000, '1:05:09'], [-5, '0:00']])('%d ms are %s', (milliseconds, text) => {
  expect(elapsedText(milliseconds)).toBe(text);
});
