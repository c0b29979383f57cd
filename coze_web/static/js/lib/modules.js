// Browsers of before 2026 remember what they could not import: https://github.com/whatwg/html/issues/6768. So what failed
// is asked for under another address the next time: the server knows its files under any hash, and the files name each
// other by relative paths.

const FILES = new URL("../../", import.meta.url).href;

/** The address of a file under `static/`, another one after each failure. */
export const addressOf = (path, failures) => (failures ? `${FILES.slice(0, -1)}.${failures}/` : FILES) + path;

/** Imports a file under `static/` and what it imports. */
export const load = (path, failures) => import(addressOf(path, failures));

/** Loads something once. After a failure the next call tries again: `start` is told how often it failed. */
export function once(start) {
  let loading;
  let failures = 0;
  const forget = (error) => {
    loading = undefined;
    failures += 1;
    throw error;
  };
  return () => (loading ??= start(failures).catch(forget));
}
