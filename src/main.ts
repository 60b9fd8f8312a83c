import './lab/early';
import { mount } from 'svelte';
import App from './App.svelte';
import { cardAt, openExhibit } from './exhibits';
import { parseHash } from './lab/location.svelte';
import { MOUNTED } from './lab/marks';
import { Preferences } from './lab/preferences.svelte';
import { frameText } from './lab/text';
import './ui/theme.css';

const preferences = new Preferences();
// The exhibit is fetched beside the frame's sentences, not after them. A failure is the frame's to tell, when it opens it.
const card = cardAt(parseHash(location.hash).slug);
if (card) openExhibit(card, preferences).catch(() => undefined);
await preferences.use(frameText);
mount(App, { target: document.getElementById('app')!, props: { preferences } });
performance.mark(MOUNTED);
