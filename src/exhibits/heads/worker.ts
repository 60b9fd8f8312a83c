import { servePipeline } from '../../lab/worker';
import { headsPipeline } from './pipeline';

servePipeline(headsPipeline);
