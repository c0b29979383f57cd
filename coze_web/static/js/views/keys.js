const IME_KEY = 229; // what Safari still reports for the Enter that ends a composition

/** Whether a key belongs to an input method, which is putting characters together. */
export const composing = (event) => event.isComposing || event.keyCode === IME_KEY;
