/** A ReadableStream of bytes; after the chunks it ends, or stays open, or breaks. */
export function streamOf(chunks, { then = "end", signal } = {}) {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(typeof chunk === "string" ? encoder.encode(chunk) : chunk);
      if (then === "end") controller.close();
      if (then === "break") setImmediate(() => controller.error(new TypeError("terminated"))); // once the chunks are read
      signal?.addEventListener("abort", () => controller.error(signal.reason));
    },
  });
}

/** Everything an async iterable yields, and what it throws in the end. */
export async function collect(iterable) {
  const items = [];
  try {
    for await (const item of iterable) items.push(item);
  } catch (error) {
    return { items, error };
  }
  return { items, error: null };
}
