/** The turn after this one, for exhibits, which do not know the GPU's room. */
export { nextTask } from '../gpu';
