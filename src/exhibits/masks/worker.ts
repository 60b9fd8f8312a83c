import { servePipeline } from '../../lab/worker';
import { masksPipeline } from './pipeline';

servePipeline(masksPipeline);
