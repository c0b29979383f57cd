/** Makes a text field as high as what is written in it; CSS sets the limit. */
export function growToFit(field) {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`; // with its border
}
