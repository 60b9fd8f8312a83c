/**
 * Resolves in a task of its own, when all that is queued in the present one has run and what it asked of the device is on its
 * way: browsers gather a page's WebGPU calls, and send them when a task ends.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    // Unlike a timer, never held back.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
