import { parseJson } from "./json.js";

/** A value that outlives a reload but not the tab: `load()` gives it or null, `save(value)` says whether it was kept. */
export function createKeep(key, storage = tabStorage) {
  return {
    load: () => attempt(() => parseJson(storage().getItem(key)), null),
    save: (value) => attempt(() => (storage().setItem(key, JSON.stringify(value)), true), false),
  };
}

// Asking for it throws where a browser blocks storage, as in frames of other sites.
const tabStorage = () => sessionStorage;

function attempt(action, otherwise) {
  try {
    return action();
  } catch {
    return otherwise;
  }
}
