/** Makes a text field as high as what is written in it; CSS sets the limit. */
export function growToFit(field) {
  const room = field.parentElement;
  room.style.minHeight = `${room.offsetHeight}px`; // or what is around would move while the text is measured
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`; // with its border
  room.style.minHeight = "";
}
