import { servePipeline } from '../../lab/worker';
import { normsPipeline } from './pipeline';

servePipeline(normsPipeline);
