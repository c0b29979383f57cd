/** Says in `region` that the browser has no network, for as long as that is so. */
export function watchNetwork(region) {
  const notice = region.querySelector("template").content.firstElementChild;
  const show = () => (navigator.onLine ? notice.remove() : region.append(notice));
  addEventListener("online", show);
  addEventListener("offline", show);
  show();
}
