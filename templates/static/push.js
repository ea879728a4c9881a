// The service worker: shows what a parcel's page would say, and opens it.
self.addEventListener("push", (event) => {
  const { title, body, path, tag } = event.data.json();
  event.waitUntil(self.registration.showNotification(title, { body, tag, data: path }));
});

self.addEventListener("notificationclick", (event) => {
  const { notification } = event;
  const url = new URL(notification.data, self.location.origin).href;
  notification.close();
  event.waitUntil(
    self.clients.matchAll({ type: "window" }).then((open) => {
      const there = open.find((page) => page.url.split("?")[0] === url);
      return there ? there.focus() : self.clients.openWindow(url);
    }),
  );
});
