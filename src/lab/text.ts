import type { Texts } from './exhibit';

const en = {
  name: 'Attention Lab',
  gpu: 'GPU: {adapter}',
  cpuNoWebgpu: 'CPU: this browser has no WebGPU; a current Chrome, Edge, Safari 26 or Firefox has it.',
  cpuNoAdapter: 'CPU: the browser has WebGPU but offers no graphics adapter; update the graphics driver or switch on hardware acceleration.',
  cpuNoDevice: 'CPU: the graphics adapter gave no device; close other GPU-heavy pages and reload.',
  cpuDisabled: 'CPU: the GPU is switched off in the link (gpu=off).',
  starting: 'Starting …',
  language: '中文',
  languageTitle: '切换到中文',
  theme: 'Theme',
  themeAuto: 'auto',
  themeLight: 'light',
  themeDark: 'dark',
  presenter: 'Presenter',
  presenterTitle: 'Type and controls for the last row (P)',
  failed: 'This part of the page stopped: {text}',
  retry: 'Try again',
  unknownPage: 'There is no page “{slug}”; this is the workbench.',
  dismiss: 'Dismiss',
  skip: 'Skip to the experiment',
};

const zh = {
  name: '注意力实验室',
  gpu: 'GPU:{adapter}',
  cpuNoWebgpu: 'CPU:此浏览器没有 WebGPU;新版 Chrome、Edge、Safari 26 或 Firefox 都有。',
  cpuNoAdapter: 'CPU:浏览器支持 WebGPU,但没有可用的显卡;请更新显卡驱动或打开硬件加速。',
  cpuNoDevice: 'CPU:显卡没有给出设备;请关闭其他占用 GPU 的页面后刷新。',
  cpuDisabled: 'CPU:链接中关闭了 GPU(gpu=off)。',
  starting: '正在启动……',
  language: 'English',
  languageTitle: 'Switch to English',
  theme: '主题',
  themeAuto: '自动',
  themeLight: '浅色',
  themeDark: '深色',
  presenter: '演示',
  presenterTitle: '放大字体和控件,让最后一排也看得清(P)',
  failed: '页面的这一部分停止了:{text}',
  retry: '重试',
  unknownPage: '没有名为“{slug}”的页面;这里是工作台。',
  dismiss: '知道了',
  skip: '跳到实验',
} satisfies Record<keyof typeof en, string>;

/** The frame's sentences. */
export const frameText = { en, zh } satisfies Texts<keyof typeof en>;
export type FrameKey = keyof typeof en;
