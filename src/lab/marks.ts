/** Marks in the browser's timeline, by which `npm run bench` tells how a visit begins. */

/** The page's first script runs. */
export const SCRIPT_START = 'script-start';
/** The frame of the page is in the document. */
export const MOUNTED = 'mounted';
/** The first tensors of a visit are computed: the GPU, or the worker of the CPU mode, is done with them. */
export const FIRST_WEIGHTS = 'first-weights';
