import type { Preferences } from '../lab/preferences.svelte';
import { frameText } from '../lab/text';
import type { ExportHost } from '../ui/export/host';

/** The page's export: buttons speak the visitor's language; the menu and the writers come when the first one is opened. */
export const exportHost = (preferences: Preferences): ExportHost => ({
  label: (title) => preferences.say(frameText, 'export', { title }),
  failed: () => preferences.say(frameText, 'exportFailedToLoad'),
  load: async () => (await import('./Menu.svelte')).default,
});
