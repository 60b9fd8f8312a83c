import { select } from 'd3-selection';
import { zoom, ZoomTransform, type D3ZoomEvent } from 'd3-zoom';
import type { Attachment } from 'svelte/attachments';
import type { CellWindow } from './types';
import { wheelZooms } from './first-touch';
import { mostZoom, transformOf, windowOf, type MapSize } from './window';

interface Options {
  /** Read again at every event and whenever it changes. */
  readonly size: () => MapSize;
  readonly view: () => CellWindow;
  /** False: no zooming, and drags belong to somebody else (a brush). */
  readonly enabled: () => boolean;
  readonly onwindow: (view: CellWindow) => void;
}

/** Wheel (see `wheelZooms`), pinch and drag on a map. One finger pans only where there is something to pan to. */
export function zoomable({ size, view, enabled, onwindow }: Options): Attachment<HTMLElement> {
  return (element) => {
    const behaviour = zoom<HTMLElement, unknown>()
      .filter((event: MouseEvent | TouchEvent | WheelEvent) => {
        if (!enabled()) return false;
        if (event.type === 'wheel') return wheelZooms(event as WheelEvent, element);
        const zoomed = view().x1 - view().x0 < size().cols - 1e-6;
        if ('touches' in event) return zoomed || event.touches.length > 1;
        return zoomed && event.button === 0 && !event.ctrlKey;
      })
      .on('zoom', (event: D3ZoomEvent<HTMLElement, unknown>) => {
        if (event.sourceEvent) onwindow(windowOf(event.transform, size()));
      });
    const selection = select(element).call(behaviour).on('dblclick.zoom', null);

    $effect(() => {
      const { width, height } = size();
      behaviour.extent([[0, 0], [width, height]]).translateExtent([[0, 0], [width, height]]).scaleExtent([1, mostZoom(size())]);
      const { k, x, y } = transformOf(view(), size());
      // As the behaviour keeps it: a window that came from elsewhere (a key, another panel) is where the next drag starts.
      Object.assign(element, { __zoom: new ZoomTransform(k, x, y) });
    });
    return () => void selection.on('.zoom', null);
  };
}
