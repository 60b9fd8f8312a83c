import type { Attachment } from 'svelte/attachments';

/**
 * Whether a turn of the wheel zooms: with ctrl or ⌘ held (a pinch on a touchpad says the same), or while the map has the
 * focus. Otherwise the page scrolls.
 */
export const wheelZooms = (event: WheelEvent, element: Element): boolean => event.ctrlKey || event.metaKey || document.activeElement === element;

/**
 * Loads what answers wheel, pinch and drag when the pointer, a finger or the keyboard first reaches the element. Turns of
 * the wheel that come before it is there are kept and given to it then; where loading fails the next sign tries again.
 * @param enabled whether turns of the wheel are for it now
 * @param load resolves when it listens on the element, in place of this attachment
 */
export function onFirstTouch(enabled: () => boolean, load: () => Promise<void>): Attachment<HTMLElement> {
  return (element) => {
    let loading = false;
    const missed: WheelEvent[] = [];
    const wake = () => {
      if (loading) return;
      loading = true;
      load()
        .then(() => {
          for (const event of missed) element.dispatchEvent(new WheelEvent('wheel', event));
        })
        .catch(() => {
          loading = false;
          missed.length = 0;
        });
    };
    const wheel = (event: WheelEvent) => {
      if (!enabled() || !wheelZooms(event, element)) return;
      event.preventDefault(); // or the browser would zoom the page
      missed.push(event);
      wake();
    };
    const signs = ['pointerenter', 'touchstart', 'focus'] as const;
    for (const sign of signs) element.addEventListener(sign, wake, { passive: true });
    element.addEventListener('wheel', wheel, { passive: false });
    return () => {
      for (const sign of signs) element.removeEventListener(sign, wake);
      element.removeEventListener('wheel', wheel);
    };
  };
}
