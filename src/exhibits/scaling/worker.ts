import { servePipeline } from '../../lab/worker';
import { scalingPipeline } from './pipeline';

servePipeline(scalingPipeline);
