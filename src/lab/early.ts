// The first thing that the page does: `main.ts` imports this before all else, and it is a file of its own, so that the GPU's
// device is on its way while the rest of the page is evaluated, loaded and mounted.
import { requestDeviceAhead } from '../gpu/device';
import { SCRIPT_START } from './marks';

performance.mark(SCRIPT_START);

/** Pages that compute on the CPU, or not at all: CPU mode, the speaker's window, the composer of lessons. */
const WITHOUT_GPU = /[?&](gpu=off|speaker)(?=[&=]|$)|^#\/compose/;
if (!WITHOUT_GPU.test(location.hash)) requestDeviceAhead();
