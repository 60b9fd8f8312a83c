import type { FrameKey } from '../lab/text';
import type { KeyGroup } from '../ui/presenter/KeyList.svelte';

/** The keys of the page in groups, for the list behind `?`. */
export const keyGroups = (t: (key: FrameKey) => string): readonly KeyGroup[] => [
  {
    heading: t('keysAlways'),
    rows: [
      { keys: ['P'], does: t('keysPresenter') },
      { keys: ['?'], does: t('keysHelp') },
      { keys: ['1', '…', '5'], does: t('keysStages') },
    ],
  },
  {
    heading: t('keysMap'),
    rows: [
      { keys: ['←', '→', '↑', '↓'], does: t('keysMapMove') },
      { keys: ['Enter'], does: t('keysMapLock') },
      { keys: ['Escape'], does: t('keysMapUnlock') },
      { keys: ['+', '−', '0'], does: t('keysMapZoom') },
    ],
  },
  {
    heading: t('keysLecture'),
    rows: [
      { keys: ['PageDown', '→', '↓', t('keySpace')], does: t('keysNext') },
      { keys: ['PageUp', '←', '↑'], does: t('keysBack') },
      { keys: ['Home', 'End'], does: t('keysEnds') },
      { keys: ['1', '…', '99'], does: t('keysDigits') },
      { keys: ['B', '.'], does: t('keysBlank') },
      { keys: ['L'], does: t('keysSpotlight') },
      { keys: ['R'], does: t('keysReset') },
      { keys: ['S'], does: t('keysSpeaker') },
      { keys: ['F'], does: t('keysFullscreen') },
      { keys: ['Escape'], does: t('keysEscape') },
    ],
  },
];
