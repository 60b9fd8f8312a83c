import { servePipeline } from '../../lab/worker';
import { attentionPipeline } from './pipeline';

servePipeline(attentionPipeline);
