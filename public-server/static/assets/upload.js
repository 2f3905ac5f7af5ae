const pausesMs = [1000, 2000, 4000, 8000, 15_000, 30_000]; // the last one repeats
const giveUpMs = 240_000; // after the first failure, no attempt starts later than this
const stallMs = 60_000; // without a byte sent
const responseMs = 120_000; // after the last byte, which may still be on its way

/** No response at all, or one of a proxy that did not reach the server. */
const notFromServer = [0, 408, 502, 504];

/**
 * Posts the body until the server responds, with growing pauses; its `submission_id` makes it one
 * submission however often it arrives. Resolves to the outcome: RESPONDED (with `status`, `url`,
 * `page` and `retryAfterSeconds`), CANCELLED by the signal, UNREADABLE (the file) or GAVE_UP.
 */
export async function upload(url, body, { signal, onProgress, onPause }) {
  let failedAt;
  for (let attempt = 0; ; attempt++) {
    const isReadable = await canRead(body.get('resume'));
    if (signal.aborted) return { outcome: 'CANCELLED' };
    if (!isReadable) return { outcome: 'UNREADABLE' };

    const response = await post(url, body, signal, onProgress);
    if (signal.aborted) return { outcome: 'CANCELLED' };
    if (!notFromServer.includes(response.status)) return { outcome: 'RESPONDED', ...response };

    failedAt ??= Date.now();
    if (Date.now() - failedAt > giveUpMs) return { outcome: 'GAVE_UP' };
    const pauseMs = pausesMs[attempt] ?? pausesMs.at(-1);
    onPause(pauseMs);
    await pause(pauseMs, signal);
  }
}

/** A file that was changed, moved or deleted since it was chosen fails like a lost connection. */
async function canRead(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/** Never rejects; the status is 0 when there was no response. */
function post(url, body, signal, onProgress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest(); // fetch does not report upload progress
    const abort = () => request.abort();
    let timer;
    const expectWithin = (ms) => {
      clearTimeout(timer);
      timer = setTimeout(abort, ms);
    };
    request.upload.onprogress = ({ loaded, total }) => {
      expectWithin(stallMs);
      onProgress(loaded, total);
    };
    request.upload.onload = () => expectWithin(responseMs);
    request.onloadend = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      resolve(toResponse(request));
    };
    signal.addEventListener('abort', abort);
    request.open('POST', url);
    request.setRequestHeader('Accept', 'text/html');
    request.responseType = 'document';
    request.send(body);
    expectWithin(stallMs);
  });
}

function toResponse(request) {
  return {
    status: request.status,
    url: request.responseURL,
    page: request.response,
    retryAfterSeconds: Number(request.getResponseHeader('Retry-After')),
  };
}

/** Ends early when the connection is back, or the signal is aborted. */
function pause(ms, signal) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener('online', end);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    addEventListener('online', end);
    signal.addEventListener('abort', end);
  });
}
