/** Comes when the next frame has been laid out and painted. */
export const afterFrame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

let taken = Promise.resolve();

/** Comes after a frame that no other caller waits for: the page does one thing that takes long, is painted, does the next. */
export const ownFrame = () => (taken = taken.then(afterFrame));
