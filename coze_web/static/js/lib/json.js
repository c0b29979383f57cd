/** The value of a JSON text, or null when it is none. */
export function parseJson(json) {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
