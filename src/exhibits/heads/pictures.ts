import type { Badge } from '../../reference/badges';
import { isMasked } from '../../reference/softmax';
import { showToken } from '../../text/display';
import type { MapRequest } from '../../ui/export/subjects';
import { formatCompact, formatNumber } from '../../ui/format';
import { sourceOf } from '../../ui/maps/source';
import type { MapScale } from '../../ui/maps/types';
import type { Frame, HeadsSession } from './session.svelte';
import type { TextKey } from './text';
import type { Say } from './words';

/** What each badge is called, and what it means. */
export const BADGES: Record<Badge['name'], readonly [word: TextKey, meaning: TextKey]> = {
  previous: ['badgePrevious', 'meaningPrevious'], next: ['badgeNext', 'meaningNext'], self: ['badgeSelf', 'meaningSelf'], first: ['badgeFirst', 'meaningFirst'],
  duplicate: ['badgeDuplicate', 'meaningDuplicate'], induction: ['badgeInduction', 'meaningInduction'], broad: ['badgeBroad', 'meaningBroad'], peaked: ['badgePeaked', 'meaningPeaked'],
};

/**
 * What the maps of the heads share, one or all of them: source, scale, names of the tokens, the numbers and sentences of the
 * chosen head's cells, and how a head is exported. Reactive to what it reads; the numbers are read when they are asked for.
 */
export function picturesOf(session: HeadsSession, { plan, drawable }: Frame, t: Say, locale: string) {
  const hidden = drawable('hidden');
  const scale: MapScale = { palette: 'sequential', domain: [0, 1], root: session.values.root };
  const names = (tokens: readonly string[] | null, count: number) => tokens?.map((token) => showToken(token, session.values.source === 'mine')) ?? Array.from({ length: count }, (_, i) => String(i));
  const [rowTokens, colTokens] = [names(plan.queryTokens, plan.m), names(plan.keyTokens, plan.n)];
  const axisWords = { query: t('query'), key: t('key') };
  const number = (value: number) => formatNumber(value, { locale });
  const plain = (value: number) => formatNumber(value, { locale, scientific: false });
  const format = (value: number) => formatCompact(value, { locale });
  const visible = (row: number, col: number) => !plan.spec.causal || col <= row + plan.n - plan.m;
  const at = (row: number, col: number) => (session.weights?.length === plan.m * plan.n ? session.weights[row * plan.n + col] : undefined);
  return {
    source: sourceOf(drawable('weights')!), hidden: hidden !== null, where: hidden ? { source: sourceOf(hidden), index: 0 } : undefined,
    scale, rowTokens, colTokens, axisWords, number, plain, format, visible, at,
    /** A cell of the chosen head, in one sentence. */
    describe(row: number, col: number): string {
      const value = at(row, col);
      const place = { query: rowTokens[row] ?? row, key: colTokens[col] ?? col };
      return visible(row, col) && (value === undefined || !isMasked(value)) ? t('cell', { ...place, value: value === undefined ? '…' : number(value) }) : t('cellMasked', place);
    },
    /** One head's weights for export; the mask is the same for all. */
    exported: (head: number): MapRequest => ({
      array: 'weights', rows: plan.m, cols: plan.n, rowTokens, colTokens, axisWords, scale, format: plain,
      read: () => session.read('weights', 'present', head * plan.m * plan.n, plan.m * plan.n),
      ...(hidden && { hidden: () => session.read('hidden') }),
    }),
    legend: { title: t('weights'), format, rootNote: t('rootNote'), maskedWord: t('maskedWord') },
  };
}
