/** What a lecture and its speaker's views say to each other, over a bus that delivers everything twice. */
import { describe, expect, test } from 'vitest';
import { LectureHost, pack, SpeakerDesk, unpack, type LectureMessage, type LectureState } from '../../../src/lab/speaker-channel';
import type { PresenterCommand } from '../../../src/lab/presenter-keys';

const stateAt = (place: number): LectureState => ({
  slug: 'scaling', place, count: 3, next: null, blank: false,
  present: { title: { of: 'words', words: `screen ${place}` }, notes: [] },
});

/** Windows that hear each other; each message arrives by two ways, as copies. */
function bus() {
  const listeners: ((message: LectureMessage) => void)[] = [];
  const post = (message: LectureMessage) => {
    for (let way = 0; way < 2; way++) for (const listener of listeners) listener(unpack(structuredClone(pack(message)))!);
  };
  return {
    host(id: string, start = 0) {
      const done: PresenterCommand[] = [];
      const host = new LectureHost(id, start, post, (command) => done.push(command));
      listeners.push((message) => host.receive(message));
      return { host, done };
    },
    desk(id: string, follow: string | null, start = 0) {
      const seen: (number | null)[] = [];
      const desk = new SpeakerDesk(id, start, follow, post, (state) => seen.push(state && state.place));
      listeners.push((message) => desk.receive(message));
      return { desk, seen };
    },
  };
}

describe('a desk', () => {
  test('is told the state when it asks, and each change once', () => {
    const { host, desk } = bus();
    const { host: lecture } = host('h');
    lecture.show(stateAt(0));
    const { desk: view, seen } = desk('d', null);
    view.hello();
    lecture.show(stateAt(1));
    expect(seen).toEqual([0, 1]);
  });

  test('leads the lecture, each command once', () => {
    const { host, desk } = bus();
    const { host: lecture, done } = host('h');
    lecture.show(stateAt(0));
    const { desk: view } = desk('d', 'h');
    view.command({ kind: 'move', by: 1 });
    view.command({ kind: 'move', by: 1 });
    view.command({ kind: 'blank' });
    expect(done).toEqual([{ kind: 'move', by: 1 }, { kind: 'move', by: 1 }, { kind: 'blank' }]);
  });

  test('follows its own lecture among several, and commands no other', () => {
    const { host, desk } = bus();
    const [one, other] = [host('one'), host('other')];
    one.host.show(stateAt(0));
    other.host.show(stateAt(2));
    const { desk: view, seen } = desk('d', 'other');
    view.hello();
    one.host.show(stateAt(1));
    view.command({ kind: 'last' });
    expect(seen).toEqual([2]);
    expect([one.done, other.done]).toEqual([[], [{ kind: 'last' }]]);
  });

  test('that knows none keeps to the first that answers', () => {
    const { host, desk } = bus();
    const [one, other] = [host('one'), host('other')];
    const { desk: view, seen } = desk('d', null);
    view.command({ kind: 'first' });
    one.host.show(stateAt(0));
    other.host.show(stateAt(2));
    view.command({ kind: 'last' });
    expect(seen).toEqual([0]);
    expect([one.done, other.done]).toEqual([[{ kind: 'last' }], []]);
  });

  test('hears that the lecture is over, and its return after a reload under the same id', () => {
    const { host, desk } = bus();
    const first = host('h', 100);
    const { seen } = desk('d', 'h');
    first.host.show(stateAt(1));
    first.host.leave();
    host('h', 5000).host.show(stateAt(2));
    expect(seen).toEqual([1, null, 2]);
  });
});

test('a lecture without a state has nothing to tell', () => {
  const { host, desk } = bus();
  host('h').host.show(null);
  const { desk: view, seen } = desk('d', null);
  view.hello();
  expect(seen).toEqual([]);
});

test('what is none of these messages is not heard', () => {
  for (const data of [null, undefined, 'state', 7, {}, { mark: 'other', message: {} }, { message: {} }, []]) expect(unpack(data)).toBeNull();
});
