// The one stream of a browser's windows, in a worker that they share: six windows with a stream
// each would use up all connections that a browser opens to one server. It passes on what the desk
// says and must not judge it, nor ever fall silent while the desk speaks.

const ports = new Set();
let source = null;

/** Tell all windows; one that is gone is let go of by the browser. */
function tell(message) {
  for (const port of ports) port.postMessage(message);
}

/** Open the stream; the browser opens it anew by itself after a gap. */
function open() {
  source = new EventSource("/events");
  for (const kind of ["changed", "beat"]) {
    source.addEventListener(kind, (event) => tell({ kind, data: event.data }));
  }
  source.addEventListener("error", () => {
    // A browser gives up for good on some answers, and we do not.
    if (source.readyState === EventSource.CLOSED) setTimeout(open, 1000);
  });
}

onconnect = (event) => {
  const port = event.ports[0];
  ports.add(port);
  port.onmessage = () => ports.delete(port);
  if (source === null) open();
};
